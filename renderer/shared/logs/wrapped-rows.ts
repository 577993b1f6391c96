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
