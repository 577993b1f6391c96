import { computed, type WritableComputedRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'

let waiting: Record<string, string | undefined> | undefined

/**
 * One choice of a page as a part of its address, so that every state of the page is a link. `null` when it is not there.
 * Several changed at the same moment become one new address.
 */
export function useQueryParam(name: string): WritableComputedRef<string | null> {
  const route = useRoute()
  const router = useRouter()
  return computed({
    get: () => {
      const value = route.query[name]
      return typeof value === 'string' && value !== '' ? value : null
    },
    set: (next) => {
      const first = waiting === undefined
      waiting = { ...waiting, [name]: next === null || next === '' ? undefined : next }
      if (!first) return
      const path = route.path
      queueMicrotask(() => {
        const change = waiting
        waiting = undefined
        if (router.currentRoute.value.path === path) void router.replace({ query: { ...router.currentRoute.value.query, ...change } })
      })
    },
  })
}
