import type { Readable } from 'node:stream'
import { EngineError } from '../engine.ts'
import { STREAM_MARK } from './scripts-read.ts'
import { gone, type ShellProcess } from './shell.ts'

export interface Chunk {
  stream: 'stdout' | 'stderr'
  data: Buffer
}

const MARK = new RegExp(`(?:^|\\n)${STREAM_MARK}([^\\n]*)\\n`)
const HIGH_WATER_BYTES = 2 ** 20

/**
 * Both outputs of a process as one sequence in the order of arrival. A slow reader slows the process down; a reader that
 * leaves closes it.
 */
export async function* chunks(process: ShellProcess): AsyncGenerator<Chunk, void, undefined> {
  const queue: Chunk[] = []
  let bytes = 0
  let open = 2
  let wake: () => void = () => undefined
  const sources: [Chunk['stream'], Readable][] = [
    ['stdout', process.stdout],
    ['stderr', process.stderr],
  ]
  for (const [stream, source] of sources) {
    source.on('data', (data: Buffer) => {
      queue.push({ stream, data })
      bytes += data.length
      if (bytes > HIGH_WATER_BYTES) for (const [, one] of sources) one.pause()
      wake()
    })
    let ended = false
    const end = () => {
      if (!ended) open--
      ended = true
      wake()
    }
    source.once('end', end)
    source.once('close', end)
    source.on('error', end)
  }
  try {
    for (;;) {
      for (let chunk = queue.shift(); chunk; chunk = queue.shift()) {
        bytes -= chunk.data.length
        yield chunk
      }
      if (open === 0) return
      for (const [, source] of sources) source.resume()
      await new Promise<void>((resolve) => {
        wake = resolve
        if (queue.length > 0 || open === 0) resolve()
      })
    }
  } finally {
    process.close()
  }
}

/** What follows the marks of a streaming script, and the words of its first line after "ok". */
export interface MarkedStream {
  words: string[]
  chunks: AsyncGenerator<Chunk, void, undefined>
}

/** Reads up to the marks, leaving out what a login shell printed before. Rejects with `gone` when the script says so. */
export async function skipToMark(process: ShellProcess, terminal = false): Promise<MarkedStream> {
  const source = chunks(process)
  const before = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) }
  const marked = { stdout: false, stderr: terminal }
  const early: Chunk[] = []
  let words: string[] = []
  while (!marked.stdout || !marked.stderr) {
    const { value, done } = await source.next()
    if (done) throw new EngineError('unreachable', "the host's shell did not start")
    const { stream, data } = value
    if (marked[stream]) {
      early.push(value)
      continue
    }
    before[stream] = Buffer.concat([before[stream], data])
    const found = MARK.exec(before[stream].toString('latin1'))
    if (!found) continue
    marked[stream] = true
    if (stream === 'stdout') words = (found[1] ?? '').trim().split(' ')
    if (words[0] === 'gone') {
      process.close()
      throw gone()
    }
    early.push({ stream, data: before[stream].subarray(found.index + found[0].length) })
  }
  return { words: words.slice(1), chunks: resumed(early, source) }
}

async function* resumed(early: Chunk[], source: AsyncGenerator<Chunk, void, undefined>): AsyncGenerator<Chunk, void, undefined> {
  try {
    for (const chunk of early) if (chunk.data.length > 0) yield chunk
    yield* source
  } finally {
    await source.return()
  }
}
