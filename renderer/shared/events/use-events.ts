import { computed, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { Event } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { useLive, useLoadWhenOpen } from '../../app/live.store.ts'
import { toProblem, type ProblemView } from '../feedback/problem.ts'
import { matchesFilter, type EventFilter } from './event-filter.ts'

export interface EventList {
  /** Newest first. */
  items: ShallowRef<Event[]>
  problem: ShallowRef<ProblemView | null>
  loading: ShallowRef<boolean>
  hasOlder: ComputedRef<boolean>
  loadOlder: () => Promise<void>
  reload: () => Promise<void>
}

/** So many events are kept in a live list; older ones are one click away. */
const KEPT = 5000

/** Events that match `filter()`, newest first, growing at the top as they happen. */
export function useEvents(filter: () => EventFilter, pageSize = 100): EventList {
  const items = shallowRef<Event[]>([])
  const problem = shallowRef<ProblemView | null>(null)
  const loading = shallowRef(true)
  const complete = shallowRef(false)
  let turn = 0

  async function load(before?: number): Promise<void> {
    const own = ++turn
    loading.value = true
    try {
      const answer = await client.events.list({ ...filter(), limit: pageSize, ...(before === undefined ? {} : { before }) })
      if (own !== turn) return
      items.value = before === undefined ? answer.items : [...items.value, ...answer.items]
      complete.value = answer.items.length < pageSize
      problem.value = null
    } catch (error) {
      if (own === turn) problem.value = toProblem(error)
    } finally {
      if (own === turn) loading.value = false
    }
  }

  useLive({
    events(events) {
      const newest = items.value[0]?.seq ?? -1
      const fresh = events.filter((event) => event.seq > newest && matchesFilter(event, filter()))
      if (fresh.length > 0) items.value = [...fresh.reverse(), ...items.value].slice(0, KEPT)
    },
  })
  useLoadWhenOpen(() => void load())
  watch(filter, () => void load(), { deep: true })

  return {
    items,
    problem,
    loading,
    hasOlder: computed(() => !complete.value && items.value.length > 0),
    loadOlder: () => (loading.value || complete.value ? Promise.resolve() : load(items.value.at(-1)?.seq)),
    reload: () => load(),
  }
}
