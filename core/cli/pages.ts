const PAGE = 1000

/** All items of a list that the server hands out in slices. */
export async function allItems<T>(
  read: (slice: { offset: number; limit: number }) => Promise<{ items: T[]; total: number }>,
): Promise<T[]> {
  const items: T[] = []
  for (;;) {
    const page = await read({ offset: items.length, limit: PAGE })
    items.push(...page.items)
    if (page.items.length === 0 || items.length >= page.total) return items
  }
}
