import type { LogLine } from '../../../core/contract/index.ts'

export interface BufferedLine {
  /** Counts up from the first line ever taken, so that it stays the key of its line. */
  number: number
  at: number | null
  instance: string
  stream: LogLine['stream']
  text: string
}

// eslint-disable-next-line no-control-regex -- terminal escape sequences are exactly what must go
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g
// eslint-disable-next-line no-control-regex -- control characters would move the text about or hide it
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** A log line as plain text: no terminal colours, nothing that moves the cursor or turns the writing direction. */
export function inertText(text: string): string {
  return text.replace(ESCAPES, '').replaceAll('\t', '    ').replace(CONTROLS, '\ufffd')
}

/** The last `capacity` lines of a stream, and which of them hold a searched text. */
export class LogBuffer {
  readonly #capacity: number
  #lines: BufferedLine[] = []
  #next = 0

  constructor(capacity = 20_000) {
    this.#capacity = capacity
  }

  add(lines: readonly LogLine[]): void {
    for (const { at, instance, stream, text } of lines) {
      this.#lines.push({ number: this.#next++, at, instance, stream, text: inertText(text) })
    }
    // In one go and with some slack, so that not every line moves twenty thousand others.
    if (this.#lines.length > this.#capacity * 1.1) this.#lines = this.#lines.slice(-this.#capacity)
  }

  /** How many lines were ever taken. */
  get taken(): number {
    return this.#next
  }

  get latestAt(): number | undefined {
    return this.#lines.findLast((line) => line.at !== null)?.at ?? undefined
  }

  select(search: string, instances: ReadonlySet<string> | null): BufferedLine[] {
    const wanted = search.toLowerCase()
    if (wanted === '' && instances === null) return [...this.#lines]
    return this.#lines.filter(
      (line) => (instances?.has(line.instance) ?? true) && (wanted === '' || line.text.toLowerCase().includes(wanted)),
    )
  }
}

/** `text` in pieces, alternately without and with the searched words, so that the latter can be marked. */
export function markedPieces(text: string, search: string): string[] {
  if (search === '') return [text]
  const pieces: string[] = []
  const low = text.toLowerCase()
  const wanted = search.toLowerCase()
  let from = 0
  for (let at = low.indexOf(wanted); at !== -1; at = low.indexOf(wanted, from)) {
    pieces.push(text.slice(from, at), text.slice(at, at + wanted.length))
    from = at + wanted.length
  }
  return [...pieces, text.slice(from)]
}
