import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { client } from '../../app/client.ts'
import { useLive, useLoadWhenOpen } from '../../app/live.store.ts'
import { toProblem, type ProblemView } from '../feedback/problem.ts'
import { CHANGE_KINDS, foldChanges, type Change } from './change-log.ts'

/** So many events are asked for, so that a change made to many things at once still leaves room for the ones before it. */
const EVENTS = 300

export interface ChangeList {
  /** Newest first. */
  items: ShallowRef<readonly Change[]>
  problem: ShallowRef<ProblemView | null>
  /** Whether the list has been loaded once. */
  ready: ShallowRef<boolean>
  reload: () => Promise<void>
}

/** The latest `limit` changes, live. Holds no more than that, however long it runs. */
export function useChanges(limit: number): ChangeList {
  const items = shallowRef<readonly Change[]>([])
  const problem = shallowRef<ProblemView | null>(null)
  const ready = shallowRef(false)
  const ended = new AbortController()

  async function reload(): Promise<void> {
    try {
      const answer = await client.events.list({ kind: [...CHANGE_KINDS].join(','), limit: EVENTS }, { signal: ended.signal })
      items.value = foldChanges([], answer.items.toReversed(), limit)
      problem.value = null
      ready.value = true
    } catch (error) {
      if (!ended.signal.aborted) problem.value = toProblem(error)
    }
  }

  useLive({
    events: (events) => (items.value = foldChanges(items.value, events, limit)),
  })
  useLoadWhenOpen(() => void reload())
  onScopeDispose(() => ended.abort())
  return { items, problem, ready, reload }
}
