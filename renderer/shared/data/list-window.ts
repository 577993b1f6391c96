import { shallowRef, type ShallowRef } from 'vue'
import { isAborted, toProblem, type ProblemView } from '../feedback/problem.ts'

/** One line of a long list; `item` is there once its page has been loaded. */
export interface ListRow<T> {
  index: number
  key: string
  item: T | undefined
}

export interface PageQuery {
  offset: number
  limit: number
  q?: string
  sort?: string
}

export interface ListWindowOptions<T> {
  load: (query: PageQuery, signal: AbortSignal) => Promise<{ items: T[]; total: number }>
  keyOf: (item: T) => string
  pageSize?: number
}

export interface ListWindow<T> {
  rows: ShallowRef<ListRow<T>[]>
  total: ShallowRef<number>
  state: ShallowRef<'loading' | 'ready' | 'failed'>
  problem: ShallowRef<ProblemView | null>
  query: ShallowRef<{ q: string; sort: string }>
  /** Starts anew from the top with another search or order; the old rows stay until the new ones are there. */
  search: (query: { q?: string; sort?: string }) => Promise<void>
  /** Tells which lines are on the screen; pages that are missing there are loaded. */
  show: (from: number, to: number) => Promise<void>
  /** Loads the pages on the screen again and drops the others. */
  refresh: () => Promise<void>
  /** Loads the lines on the screen again, in place, and nothing else. */
  refreshVisible: () => Promise<void>
  /** Replaces lines in place; false when none of them is among the loaded ones. */
  patch: (...items: T[]) => boolean
  /** What is known of these lines is no longer so: those beside the screen are loaded again when they are shown. */
  outdate: (keys: ReadonlySet<string>) => void
  visible: () => T[]
  keyOf: (item: T) => string
}

/**
 * A list of which only the part on the screen is held up to date: searching and sorting is the server's work, so ten
 * thousand lines cost no more than one page.
 */
export function createListWindow<T>(options: ListWindowOptions<T>): ListWindow<T> {
  const pageSize = options.pageSize ?? 100
  const rows = shallowRef<ListRow<T>[]>([])
  const total = shallowRef(0)
  const state = shallowRef<'loading' | 'ready' | 'failed'>('loading')
  const problem = shallowRef<ProblemView | null>(null)
  const query = shallowRef({ q: '', sort: '' })
  let pages = new Map<number, T[]>()
  let range = { from: 0, to: 0 }
  let current = new AbortController()
  let loading = new Set<number>()

  function rebuild(): void {
    rows.value = Array.from({ length: total.value }, (_, index) => {
      const item = pages.get(Math.floor(index / pageSize))?.[index % pageSize]
      return { index, key: item === undefined ? `#${index}` : options.keyOf(item), item }
    })
  }

  /** Replaces the lines at these places, where their page is loaded; the others stay the same objects and are not drawn again. */
  function put(items: readonly (readonly [number, T])[]): void {
    const next = rows.value.slice()
    for (const [index, item] of items) {
      const page = pages.get(Math.floor(index / pageSize))
      if (!page || index >= next.length) continue
      page[index % pageSize] = item
      next[index] = { index, key: options.keyOf(item), item }
    }
    if (items.length > 0) rows.value = next
  }

  const asked = () => {
    const { q, sort } = query.value
    return { ...(q ? { q } : {}), ...(sort ? { sort } : {}) }
  }

  async function loadPage(page: number, into: Map<number, T[]>, signal: AbortSignal): Promise<number> {
    const answer = await options.load({ ...asked(), offset: page * pageSize, limit: pageSize }, signal)
    if (signal.aborted) throw new DOMException('superseded', 'AbortError')
    into.set(page, answer.items)
    return answer.total
  }

  function visiblePages(): number[] {
    const first = Math.floor(range.from / pageSize)
    const last = Math.floor(range.to / pageSize)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  }

  async function fill(wanted: number[], into: Map<number, T[]>): Promise<void> {
    const { signal } = current
    try {
      const totals = await Promise.all(wanted.map((page) => loadPage(page, into, signal)))
      const isSame = pages === into && totals.at(-1) === total.value
      pages = into
      total.value = totals.at(-1) ?? total.value
      problem.value = null
      state.value = 'ready'
      if (isSame) put(wanted.flatMap((page) => (pages.get(page) ?? []).map((item, index) => [page * pageSize + index, item] as const)))
      else rebuild()
    } catch (error) {
      if (signal.aborted || isAborted(error)) return
      problem.value = toProblem(error)
      if (pages.size === 0) state.value = 'failed'
    }
  }

  async function anew(): Promise<void> {
    current.abort()
    current = new AbortController()
    loading = new Set()
    await fill(visiblePages(), new Map())
  }

  return {
    rows,
    total,
    state,
    problem,
    query,
    async search(next) {
      query.value = { ...query.value, ...next }
      range = { from: 0, to: 0 }
      await anew()
    },
    async show(from, to) {
      range = { from: Math.max(0, from), to: Math.max(0, Math.min(to, Math.max(0, total.value - 1))) }
      const missing = visiblePages().filter((page) => !pages.has(page) && !loading.has(page))
      if (missing.length === 0 || state.value === 'loading') return
      const inFlight = loading
      missing.forEach((page) => inFlight.add(page))
      await fill(missing, pages)
      missing.forEach((page) => inFlight.delete(page))
    },
    refresh: anew,
    async refreshVisible() {
      const { signal } = current
      const { from, to } = range
      try {
        const { items } = await options.load({ ...asked(), offset: from, limit: to - from + 1 }, signal)
        if (!signal.aborted) put(items.map((item, index) => [from + index, item]))
        problem.value = null
      } catch (error) {
        if (!signal.aborted && !isAborted(error)) problem.value = toProblem(error)
      }
    },
    patch(...items) {
      const byKey = new Map(items.map((item) => [options.keyOf(item), item]))
      const found = [...pages].flatMap(([page, known]) =>
        known.flatMap((old, index): [number, T][] => {
          const item = byKey.get(options.keyOf(old))
          return item === undefined ? [] : [[page * pageSize + index, item]]
        }),
      )
      put(found)
      return found.length > 0
    },
    outdate(keys) {
      const onScreen = new Set(visiblePages())
      for (const [page, items] of pages) if (!onScreen.has(page) && items.some((item) => keys.has(options.keyOf(item)))) pages.delete(page)
    },
    visible: () => rows.value.slice(range.from, range.to + 1).flatMap((row) => (row.item === undefined ? [] : [row.item])),
    keyOf: options.keyOf,
  }
}
