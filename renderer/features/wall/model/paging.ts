export interface Paging<T> {
  items: readonly T[]
  /** From 0. */
  page: number
  pages: number
  /** What comes after the last page that is turned to. */
  more: number
}

/** Nobody waits at a wall for the tenth page: what lies behind the last of these is only counted. */
export const MOST_PAGES = 5

/** The part of `items` that is on `turn`, counted on for ever; `total` may be more than the items that are at hand. Pure. */
export function pageAt<T>(items: readonly T[], { perPage, turn, total }: { perPage: number; turn: number; total: number }): Paging<T> {
  const size = Math.max(1, perPage)
  const pages = Math.max(1, Math.min(MOST_PAGES, Math.ceil(items.length / size)))
  const page = ((turn % pages) + pages) % pages
  return {
    items: items.slice(page * size, (page + 1) * size),
    page,
    pages,
    more: Math.max(0, total - Math.min(items.length, pages * size)),
  }
}
