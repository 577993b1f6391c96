const ROWS = 'main tbody tr, main [data-row]'

/** What a row leads to; a box to tick it comes before, and is not that. */
const leadOf = (row: HTMLElement) => row.querySelector<HTMLElement>('a[href]') ?? row.querySelector<HTMLElement>('button')

/** Rows of the page that lead somewhere. */
function rowsOf(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => leadOf(row) !== null)
}

/** Whether the focus is on a row, so that the arrow keys may go from row to row. */
export function isOnRow(): boolean {
  return Boolean(document.activeElement?.closest(ROWS))
}

/** Moves the focus `step` rows down (or up), from nowhere to the first row; false when the page has no rows. */
export function walkRows(step: 1 | -1): boolean {
  const rows = rowsOf()
  const here = rows.findIndex((row) => row.contains(document.activeElement))
  const next = rows[here === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, here + step))]
  const link = next && leadOf(next)
  link?.focus()
  link?.scrollIntoView({ block: 'nearest' })
  return link !== undefined && link !== null
}
