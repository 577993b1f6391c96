import { onScopeDispose } from 'vue'
import type { Event } from '../../../core/contract/index.ts'
import { useLive } from '../../app/live.store.ts'
import { coalesce } from '../data/coalesce.ts'
import type { ListWindow } from '../data/list-window.ts'

export interface LiveListOptions<T> {
  list: ListWindow<T>
  /** Key of the line that `event` touches; null = none. */
  keyOf: (event: Event) => string | null
  /** Whether lines come, go or move by `event`, so that the page must be asked for anew. */
  reorders: (event: Event) => boolean
  /** Loads one line anew. */
  loadOne: (key: string) => Promise<T>
}

/** At most so many lines are patched one by one; beyond that asking for the whole page is cheaper. */
const PATCH_LIMIT = 8

/** Keeps a list true: single lines are patched in place, and the page is loaded anew only when lines come, go, or many change. */
export function useLiveList<T>(options: LiveListOptions<T>): { refreshSoon: () => void } {
  const { list } = options
  let touched = new Set<string>()
  let whole = false

  const soon = coalesce(async () => {
    const keys = [...touched]
    const everything = whole || keys.length > PATCH_LIMIT || list.query.value.sort !== ''
    touched = new Set()
    whole = false
    if (everything) return list.refresh()
    const loaded = await Promise.allSettled(keys.map((key) => options.loadOne(key)))
    for (const one of loaded) if (one.status === 'fulfilled') list.patch(one.value)
    if (loaded.some((one) => one.status === 'rejected')) await list.refresh()
  }, 250)

  useLive({
    events(events) {
      for (const event of events) {
        const key = options.keyOf(event)
        if (options.reorders(event)) whole = true
        else if (key !== null) touched.add(key)
      }
      if (whole || touched.size > 0) soon.request()
    },
    opened() {
      whole = true
      soon.request()
    },
  })
  onScopeDispose(() => soon.stop())

  return {
    refreshSoon() {
      whole = true
      soon.request()
    },
  }
}
