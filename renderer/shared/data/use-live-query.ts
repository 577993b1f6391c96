import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, shallowRef, watch, type ShallowRef } from 'vue'
import type { Event } from '../../../core/contract/index.ts'
import { useLive, useLoadWhenOpen } from '../../app/live.store.ts'
import { isAborted, toProblem, type ProblemView } from '../feedback/problem.ts'
import { coalesce } from './coalesce.ts'

export interface LiveQueryOptions<T> {
  load: (signal: AbortSignal) => Promise<T>
  /** Whether what was loaded may have changed by `event`. */
  affectedBy?: (event: Event) => boolean
  /** What the query depends on; another value loads anew and forgets the old data. */
  watch?: () => unknown
  /** For what no event tells, such as measured use: how often to ask while the window is visible. */
  everyMs?: number
  /** However many events touch it, it is not loaded more often than this. Default: four times a second. */
  atMostEveryMs?: number
}

export interface LiveQuery<T> {
  data: ShallowRef<T | null>
  problem: ShallowRef<ProblemView | null>
  loading: ShallowRef<boolean>
  reload: () => Promise<void>
}

/** One answer of the API that stays true while it is on the screen: loaded anew when an event touches it, or the line was lost. */
export function useLiveQuery<T>(options: LiveQueryOptions<T>): LiveQuery<T> {
  const data: ShallowRef<T | null> = shallowRef(null)
  const problem = shallowRef<ProblemView | null>(null)
  const loading = shallowRef(true)
  let current = new AbortController()

  async function reload(): Promise<void> {
    current.abort()
    const own = (current = new AbortController())
    loading.value = true
    try {
      const answer = await options.load(own.signal)
      if (own.signal.aborted) return
      data.value = answer
      problem.value = null
    } catch (error) {
      if (own.signal.aborted || isAborted(error)) return
      problem.value = toProblem(error)
    } finally {
      if (current === own) loading.value = false
    }
  }

  const soon = coalesce(reload, options.atMostEveryMs ?? 250)
  useLive({
    events(events) {
      if (options.affectedBy && events.some(options.affectedBy)) soon.request()
    },
  })
  useLoadWhenOpen(() => void reload())
  if (options.watch)
    watch(options.watch, () => {
      data.value = null
      void reload()
    })
  if (options.everyMs !== undefined)
    useIntervalFn(() => {
      if (!document.hidden) soon.request()
    }, options.everyMs)
  onScopeDispose(() => {
    soon.stop()
    current.abort()
  })
  return { data, problem, loading, reload }
}
