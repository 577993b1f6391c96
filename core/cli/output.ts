import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Terminal } from './terminal.ts'
import { painter, usesColour, type Paint } from './paint.ts'
import { renderTable, type Cell } from './table.ts'

/** Where a command writes: one JSON document (or one per line) for programs, or text for people. */
export interface Output {
  readonly json: boolean
  readonly paint: Paint
  /** Whether a person can be asked. */
  readonly interactive: boolean
  /** The one result of a command: the value as JSON, or what `human` prints. */
  result(value: unknown, human: () => void): void
  /** One element of a stream; waits while the reader is slower than the stream. */
  item(value: unknown, human: () => string): Promise<void>
  /** A line for people on standard output. */
  line(text?: string): void
  /** A table for people on standard output, cut to the terminal's width. */
  table(header: string[], rows: Cell[][]): void
  /** Progress for people, on standard error. */
  note(text: string): void
}

export function createOutput(terminal: Terminal, options: { json: boolean; colour: boolean }): Output {
  const { stdout, stderr } = terminal
  const paint = painter(options.colour && usesColour(terminal))
  const line = (text = '') => void stdout.write(`${text}\n`)
  return {
    json: options.json,
    paint,
    interactive: terminal.stdin.isTTY === true && stderr.isTTY === true && !options.json,
    result(value, human) {
      if (options.json) line(JSON.stringify(value))
      else human()
    },
    item: (value, human) => write(stdout, `${options.json ? JSON.stringify(value) : human()}\n`),
    line,
    table: (header, rows) => line(renderTable(header, rows, { paint, ...(stdout.columns ? { width: stdout.columns } : {}) })),
    note(text) {
      if (!options.json) stderr.write(`${text}\n`)
    },
  }
}

/** Writes and waits for the reader, so that a long stream does not pile up in memory. */
export async function write(stream: Writable, data: string | Uint8Array): Promise<void> {
  if (!stream.write(data)) await once(stream, 'drain')
}
