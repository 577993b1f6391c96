import { StringDecoder } from 'node:string_decoder'
import type { RawLogLine } from '../engine.ts'

/** Longer lines are handed over in pieces. */
const MAX_LINE = 64 * 1024
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)/

/** When a line itself says that it was written, in ms; undefined when it does not begin with an ISO-8601 time. */
export function timeOf(text: string): number | undefined {
  const found = TIMESTAMP.exec(text)
  if (!found) return undefined
  const time = Date.parse(found[0].replace(',', '.'))
  return Number.isNaN(time) ? undefined : time
}

/** Cuts the bytes of one stream into lines, however they arrive. */
export class LineCutter {
  readonly #decoder = new StringDecoder('utf8')
  #rest = ''

  push(data: Buffer): string[] {
    const lines = (this.#rest + this.#decoder.write(data)).split('\n')
    this.#rest = lines.pop() ?? ''
    while (this.#rest.length > MAX_LINE) {
      lines.push(this.#rest.slice(0, MAX_LINE))
      this.#rest = this.#rest.slice(MAX_LINE)
    }
    return lines.map(withoutReturn)
  }

  /** The last line, when it has no end. */
  end(): string[] {
    const rest = this.#rest + this.#decoder.end()
    this.#rest = ''
    return rest === '' ? [] : [withoutReturn(rest)]
  }
}

/**
 * Brings the last lines of both streams into one order where all of them tell their time, and keeps the last `tail`.
 * Without times nobody knows the order: then each stream keeps its own last lines, standard output first.
 */
export function mergeTails(lines: readonly RawLogLine[], tail: number): RawLogLine[] {
  if (!lines.every((line) => line.at !== null))
    return [...lines].sort((a, b) => Number(a.stream === 'stderr') - Number(b.stream === 'stderr'))
  const sorted = [...lines].sort((a, b) => (a.at ?? 0) - (b.at ?? 0))
  return tail === 0 ? [] : sorted.slice(-tail)
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
