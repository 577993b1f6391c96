import stringWidth from 'string-width'
import type { Colour, Paint } from './paint.ts'
import { printable } from './terminal.ts'

/** A cell: text, or text with a colour or alignment. `null` and `undefined` print as a dash. */
export type Cell = string | number | null | undefined | { text: string | number; colour?: Colour; right?: boolean }

const GAP = '  '

/** Lines up columns by what a terminal shows, wide characters included, and cuts the last column at `width`. */
export function renderTable(header: string[], rows: Cell[][], options: { paint: Paint; width?: number }): string {
  const texts = rows.map((row) => header.map((_, column) => textOf(row[column])))
  const widths = header.map((title, column) => Math.max(stringWidth(title), ...texts.map((row) => stringWidth(row[column] ?? ''))))
  const last = header.length - 1
  const room = (options.width ?? Infinity) - widths.slice(0, last).reduce((sum, width) => sum + width + GAP.length, 0)
  const layout = (text: string, column: number, right: boolean) => {
    if (column === last) return cut(text, Math.max(room, 10))
    const padding = ' '.repeat((widths[column] ?? 0) - stringWidth(text))
    return right ? padding + text : text + padding
  }
  const head = header.map((title, column) => layout(title, column, isRight(rows, column)))
  const body = rows.map((row, index) =>
    header
      .map((_, column) => {
        const cell = row[column]
        const text = layout(texts[index]?.[column] ?? '', column, isRight(rows, column))
        return typeof cell === 'object' && cell?.colour ? options.paint(cell.colour, text) : text
      })
      .join(GAP)
      .trimEnd(),
  )
  return [options.paint('bold', head.join(GAP).trimEnd()), ...body].join('\n')
}

function isRight(rows: Cell[][], column: number): boolean {
  const cell = rows[0]?.[column]
  return typeof cell === 'number' || (typeof cell === 'object' && cell?.right === true)
}

function textOf(cell: Cell): string {
  const value = typeof cell === 'object' && cell !== null ? cell.text : cell
  return value === null || value === undefined || value === '' ? '-' : printable(String(value)).replaceAll('\t', ' ')
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let kept = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += stringWidth(segment)
    if (used > width - 1) break
    kept += segment
  }
  return `${kept}…`
}
