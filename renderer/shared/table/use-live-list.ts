import { onScopeDispose } from 'vue'
import type { Event } from '../../../core/contract/index.ts'
import { useLive, useLoadWhenOpen } from '../../app/live.store.ts'
import { coalesce } from '../data/coalesce.ts'
import type { ListWindow } from '../data/list-window.ts'

export interface LiveListOptions<T> {
  list: ListWindow<T>
  /** Loads the list for the first time, as it is to be shown. */
  start: () => void
  /** Key of the line that `event` touches; null = none. */
  keyOf: (event: Event) => string | null
  /** Whether lines come, go or move by `event`, so that the page must be asked for anew. */
  reorders: (event: Event) => boolean
  /** Loads one line anew. */
  loadOne: (key: string) => Promise<T>
}

/** At most so many lines are loaded one by one; beyond that one request for all that are on the screen is cheaper. */
const PATCH_LIMIT = 4
const PATCH_MS = 100
/** A line is small work, and somebody looks at it: it need not rest for long after one that had to wait. */
const PATCH_REST = 1
const REFRESH_MS = 250
/** Where the order depends on what changes, lines change places no more often than this. */
const REORDER_MS = 1000

/**
 * Keeps a list true: what changes on the screen is patched in place, what changes elsewhere is loaded when it is shown, and the
 * page is loaded anew only when lines come, go or change places.
 */
export function useLiveList<T>(options: LiveListOptions<T>): void {
  const { list } = options
  let touched = new Set<string>()

  const patchSoon = coalesce(
    async () => {
      const keys = [...touched]
      touched = new Set()
      if (keys.length > PATCH_LIMIT) return list.refreshVisible()
      const loaded = await Promise.allSettled(keys.map((key) => options.loadOne(key)))
      list.patch(...loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
      if (loaded.some((one) => one.status === 'rejected')) refreshSoon.request()
    },
    PATCH_MS,
    PATCH_REST,
  )
  const refreshSoon = coalesce(() => list.refresh(), REFRESH_MS)
  const reorderSoon = coalesce(() => list.refresh(), REORDER_MS)

  useLive({
    events(events) {
      const keys = new Set(events.map(options.keyOf).filter((key) => key !== null))
      for (const item of list.visible()) if (keys.has(list.keyOf(item))) touched.add(list.keyOf(item))
      list.outdate(keys)
      if (touched.size > 0) patchSoon.request()
      if (events.some(options.reorders)) refreshSoon.request()
      else if (list.query.value.sort !== '' && keys.size > 0) reorderSoon.request()
    },
  })
  let started = false
  useLoadWhenOpen(() => {
    if (started) refreshSoon.request()
    else options.start()
    started = true
  })
  onScopeDispose(() => {
    for (const work of [patchSoon, refreshSoon, reorderSoon]) work.stop()
  })
}
