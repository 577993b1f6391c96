import type { Readable } from 'node:stream'
import { EngineError } from '../engine.ts'
import type { DockerApi } from './api.ts'
import { readFailure, toEngineError } from './errors.ts'

const IDLE_TIMEOUT_MS = 120_000

/** Pulls images, each only once at a time however many instances wait for it. */
export class ImagePuller {
  readonly #api: DockerApi
  readonly #running = new Map<string, Promise<void>>()

  constructor(api: DockerApi) {
    this.#api = api
  }

  pull(image: string): Promise<void> {
    const running = this.#running.get(image)
    if (running !== undefined) return running
    const pulling = this.#pull(image).finally(() => this.#running.delete(image))
    this.#running.set(image, pulling)
    return pulling
  }

  async #pull(image: string): Promise<void> {
    try {
      const options = { fromImage: withTag(image) }
      await followPull(await this.#api.stream(IDLE_TIMEOUT_MS, { method: 'POST', path: '/images/create?', options }))
    } catch (thrown) {
      const error = toEngineError(thrown, { where: this.#api.where })
      const answer = readFailure(error.cause)
      if (error.reason === 'unreachable' && answer.status === undefined) throw error
      // The engine answers; it is the registry that does not, or that does not know the image.
      const text = error.cause === undefined ? error.message : answer.text
      throw new EngineError('refused', `image "${image}" is not on the host and cannot be pulled: ${text}`, { cause: error })
    }
  }
}

// Without a tag Docker would pull every tag there is.
function withTag(image: string): string {
  return /@|:[^/]+$/.test(image) ? image : `${image}:latest`
}

async function followPull(stream: Readable): Promise<void> {
  const tooQuiet = () => stream.destroy(new EngineError('unreachable', `the pull made no progress for ${IDLE_TIMEOUT_MS / 1000} s`))
  let timer = setTimeout(tooQuiet, IDLE_TIMEOUT_MS)
  let rest = ''
  try {
    for await (const chunk of stream) {
      clearTimeout(timer)
      timer = setTimeout(tooQuiet, IDLE_TIMEOUT_MS)
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) failOnError(line)
    }
    failOnError(rest)
  } finally {
    clearTimeout(timer)
  }
}

function failOnError(line: string): void {
  if (line.trim() === '') return
  const progress = JSON.parse(line) as { error?: unknown }
  if (typeof progress.error === 'string') throw new EngineError('refused', progress.error)
}
