import type { LogLine } from '../../../core/contract/index.ts'
import { levelOf, LEVELS, type Level } from './log-level.ts'

export interface BufferedLine {
  /** Counts up from the first line ever taken, so that it stays the key of its line. */
  number: number
  at: number | null
  instance: string
  stream: LogLine['stream']
  level: Level
  text: string
}

export interface LogFilter {
  /** Only lines with this text, whatever the case; empty = all. */
  text: string
  instances: ReadonlySet<string> | null
  levels: ReadonlySet<Level> | null
}

// eslint-disable-next-line no-control-regex -- terminal escape sequences are exactly what must go
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g
// eslint-disable-next-line no-control-regex -- control characters would move the text about or hide it
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** A log line as plain text: no terminal colours, nothing that moves the cursor or turns the writing direction. */
export function inertText(text: string): string {
  return text.replace(ESCAPES, '').replaceAll('\t', '    ').replace(CONTROLS, '\ufffd')
}

/** `text` as an expression that finds it whatever the case; undefined for nothing. */
export function finderOf(text: string): RegExp | undefined {
  return text === '' ? undefined : new RegExp(text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'i')
}

function passes(filter: LogFilter): (line: BufferedLine) => boolean {
  const finder = finderOf(filter.text)
  return (line) =>
    (filter.instances?.has(line.instance) ?? true) &&
    (filter.levels?.has(line.level) ?? true) &&
    (finder === undefined || finder.test(line.text))
}

/** The last `capacity` lines of a stream. */
export class LogBuffer {
  readonly #capacity: number
  #lines: BufferedLine[] = []
  #next = 0
  #counts = new Map<Level, number>(LEVELS.map((level) => [level, 0]))

  constructor(capacity = 20_000) {
    this.#capacity = capacity
  }

  add(lines: readonly LogLine[]): void {
    for (const { at, instance, stream, text } of lines) {
      const inert = inertText(text)
      const level = levelOf(inert)
      this.#counts.set(level, this.countOf(level) + 1)
      this.#lines.push({ number: this.#next++, at, instance, stream, level, text: inert })
    }
    // In one go and with some slack, so that not every line moves twenty thousand others.
    if (this.#lines.length <= this.#capacity * 1.1) return
    for (const { level } of this.#lines.slice(0, -this.#capacity)) this.#counts.set(level, this.countOf(level) - 1)
    this.#lines = this.#lines.slice(-this.#capacity)
  }

  /** How many lines were ever taken. */
  get taken(): number {
    return this.#next
  }

  /** Number of the oldest line that is kept. */
  get first(): number {
    return this.#lines[0]?.number ?? this.#next
  }

  get latestAt(): number | undefined {
    return this.#lines.findLast((line) => line.at !== null)?.at ?? undefined
  }

  /** Kept lines of a level. */
  countOf(level: Level): number {
    return this.#counts.get(level) ?? 0
  }

  /** Kept lines from `number` on. */
  since(number: number): readonly BufferedLine[] {
    return number <= this.first ? this.#lines : this.#lines.slice(number - this.first)
  }
}

/** The lines of a buffer that pass a filter. Looks at every line once, so that following stays cheap at any speed. */
export class LogSelection {
  readonly #buffer: LogBuffer
  readonly #passes: (line: BufferedLine) => boolean
  #lines: BufferedLine[] = []
  #next = 0

  constructor(buffer: LogBuffer, filter: LogFilter) {
    this.#buffer = buffer
    this.#passes = passes(filter)
  }

  /** The selected lines as of now. */
  take(): readonly BufferedLine[] {
    const { first } = this.#buffer
    const kept = (this.#lines[0]?.number ?? first) < first ? this.#lines.filter(({ number }) => number >= first) : this.#lines
    const fresh = this.#buffer.since(this.#next).filter(this.#passes)
    this.#next = this.#buffer.taken
    this.#lines = [...kept, ...fresh]
    return this.#lines
  }
}

/** `text` from `from` to `to` in pieces, alternately without and with the searched words, so that the latter can be marked. */
export function markedPieces(text: string, finder: RegExp | undefined, [from, to]: readonly [number, number] = [0, text.length]): string[] {
  if (finder === undefined) return [text.slice(from, to)]
  const pieces: string[] = []
  let at = from
  for (const found of text.matchAll(new RegExp(finder, 'gi'))) {
    const start = Math.max(found.index, from)
    const end = Math.min(found.index + found[0].length, to)
    if (end <= start) continue
    pieces.push(text.slice(at, start), text.slice(start, end))
    at = end
  }
  return [...pieces, text.slice(at, to)]
}
