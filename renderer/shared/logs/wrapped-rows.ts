import type { BufferedLine } from './log-buffer.ts'

/** One line of the screen: a whole log line, or the part of it from `from` to `to`. */
export interface LogRow {
  line: BufferedLine
  from: number
  to: number
}

// Letters of East Asian scripts and signs beyond the first plane take two places.
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|[\ud800-\udbff][\udc00-\udfff]/

/** Breaks a line so that no part is wider than `columns` places of a fixed-width font. */
export function wrappedRows(line: BufferedLine, columns: number): LogRow[] {
  const { text } = line
  if (text.length * 2 <= columns) return [{ line, from: 0, to: text.length }]
  if (!WIDE.test(text)) return evenRows(line, columns)
  const rows: LogRow[] = []
  let from = 0
  let at = 0
  let places = 0
  for (const character of text) {
    const width = character.length > 1 || WIDE.test(character) ? 2 : 1
    if (places + width > columns && at > from) {
      rows.push({ line, from, to: at })
      from = at
      places = 0
    }
    places += width
    at += character.length
  }
  return [...rows, { line, from, to: text.length }]
}

function evenRows(line: BufferedLine, columns: number): LogRow[] {
  const count = Math.max(1, Math.ceil(line.text.length / columns))
  return Array.from({ length: count }, (_, index) => ({
    line,
    from: index * columns,
    to: Math.min((index + 1) * columns, line.text.length),
  }))
}

/** All rows of some lines, without making them: only those asked for are. */
export class RowIndex {
  readonly #lines: readonly BufferedLine[]
  readonly #wrap: RowCounts | null
  /** Row at which each line begins; left out where every line is one row. */
  readonly #starts: Int32Array | null = null
  readonly total: number

  constructor(lines: readonly BufferedLine[], wrap: RowCounts | null) {
    this.#lines = lines
    this.#wrap = wrap
    this.total = lines.length
    if (!wrap) return
    this.#starts = new Int32Array(lines.length)
    this.total = 0
    for (const [index, line] of lines.entries()) {
      this.#starts[index] = this.total
      this.total += wrap.of(line)
    }
  }

  /** First row of the line at `index`. */
  startOf(index: number): number {
    return this.#starts?.[index] ?? index
  }

  slice(first: number, count: number): LogRow[] {
    const wrap = this.#wrap
    if (!wrap) return this.#lines.slice(first, first + count).map((line) => ({ line, from: 0, to: line.text.length }))
    const rows: LogRow[] = []
    const begin = this.#lineAt(first)
    let skip = first - this.startOf(begin)
    for (let index = begin; index < this.#lines.length && rows.length < count; index++) {
      const line = this.#lines[index]
      if (line) rows.push(...wrappedRows(line, wrap.columns).slice(skip))
      skip = 0
    }
    return rows.slice(0, count)
  }

  /** The line that row `row` belongs to. */
  #lineAt(row: number): number {
    let low = 0
    let high = this.#lines.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.startOf(middle) <= row) low = middle
      else high = middle - 1
    }
    return low
  }
}

/** How many rows each line takes at a width; counted once for every line. */
export class RowCounts {
  readonly columns: number
  readonly #counts = new WeakMap<BufferedLine, number>()

  constructor(columns: number) {
    this.columns = columns
  }

  of(line: BufferedLine): number {
    const known = this.#counts.get(line)
    if (known !== undefined) return known
    const count = wrappedRows(line, this.columns).length
    this.#counts.set(line, count)
    return count
  }
}
