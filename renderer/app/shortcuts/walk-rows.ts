const ROWS = 'main tbody tr, main [data-row]'
const LINK = 'a[href], button'

/** Rows of the page that lead somewhere. */
function rowsOf(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(ROWS)].filter((row) => row.querySelector(LINK) !== null)
}

/** Whether the focus is on a row, so that the arrow keys may go from row to row. */
export function isOnRow(): boolean {
  return document.activeElement?.closest(ROWS) != null
}

/** Moves the focus `step` rows down (or up), from nowhere to the first row; false when the page has no rows. */
export function walkRows(step: 1 | -1): boolean {
  const rows = rowsOf()
  const here = rows.findIndex((row) => row.contains(document.activeElement))
  const next = rows[here === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, here + step))]
  const link = next?.querySelector<HTMLElement>(LINK)
  link?.focus()
  link?.scrollIntoView({ block: 'nearest' })
  return link != null
}
