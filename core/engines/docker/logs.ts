import type { Readable } from 'node:stream'
import type { LogRequest, RawLogLine } from '../engine.ts'
import type { DockerApi } from './api.ts'
import { FrameReader, type Frame } from './frames.ts'

const NEWLINE = 10
const SPACE = 32
/** A longer line is handed on in pieces, so that one endless line cannot fill the memory. */
const LONGEST_LINE_BYTES = 2 ** 20

/** Opens the log stream of a container. Goes past dockerode, which would collect a log that is not followed in memory. */
export async function openLogs(api: DockerApi, container: string, request: LogRequest & { timeoutMs: number }): Promise<Readable> {
  const { follow, tail, since } = request
  const options = {
    follow,
    tail,
    stdout: true,
    stderr: true,
    timestamps: true,
    ...(since === undefined ? {} : { since: (since / 1000).toFixed(3) }),
  }
  return api.stream(request.timeoutMs, { method: 'GET', path: `/containers/${container}/logs?`, options })
}

interface OpenLine {
  at: number | null
  parts: Buffer[]
  bytes: number
}

/**
 * Turns chunks of a log stream with timestamps into lines. Docker keeps a long line in pieces of 16 KiB, each a frame with
 * a timestamp of its own and only the last with a newline; joined here as bytes, so a character cut in two stays whole.
 */
export class LogAssembler {
  readonly #frames = new FrameReader()
  readonly #open: Record<Frame['stream'], OpenLine | undefined> = { stdout: undefined, stderr: undefined }

  read(chunk: Buffer): RawLogLine[] {
    return this.#frames.read(chunk).flatMap((frame) => this.#add(frame))
  }

  /** What the application left without a newline when the stream ended. */
  rest(): RawLogLine[] {
    return (['stdout', 'stderr'] as const).flatMap((stream) => this.#take(stream))
  }

  #add(frame: Frame): RawLogLine[] {
    const { at, data } = splitTimestamp(frame.data)
    const partial = (this.#open[frame.stream] ??= { at, parts: [], bytes: 0 })
    const ended = data.at(-1) === NEWLINE
    const piece = ended ? data.subarray(0, -1) : data
    partial.parts.push(piece)
    partial.bytes += piece.length
    return ended || partial.bytes >= LONGEST_LINE_BYTES ? this.#take(frame.stream) : []
  }

  #take(stream: Frame['stream']): RawLogLine[] {
    const partial = this.#open[stream]
    if (partial === undefined) return []
    this.#open[stream] = undefined
    return [{ stream, at: partial.at, text: Buffer.concat(partial.parts).toString('utf8').replace(/\r$/, '') }]
  }
}

function splitTimestamp(data: Buffer): { at: number | null; data: Buffer } {
  const space = data.indexOf(SPACE)
  const at = space < 0 ? NaN : Date.parse(data.subarray(0, space).toString('latin1'))
  return Number.isNaN(at) ? { at: null, data } : { at, data: data.subarray(space + 1) }
}
