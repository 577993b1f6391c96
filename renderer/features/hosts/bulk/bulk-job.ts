import { computed, ref, shallowRef, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { HostOutcome } from '../../../../core/contract/index.ts'
import { toProblem, type ProblemView } from '../../../shared/feedback/problem.ts'

export type BulkAction = 'cordon' | 'uncordon' | 'drain' | 'label'

/** So many hosts go with one request: few requests, and still little is left to do when somebody stops. */
export const AT_ONCE = 25

export interface BulkJob {
  state: Ref<'idle' | 'running' | 'stopped' | 'finished'>
  outcomes: ShallowRef<readonly HostOutcome[]>
  problem: ShallowRef<ProblemView | null>
  total: Ref<number>
  /** Hosts that were not tried, since somebody stopped or the console did not answer. */
  untried: ComputedRef<readonly string[]>
  failed: ComputedRef<readonly string[]>
  start: (names: readonly string[], send: Send) => Promise<void>
  /** Tries what is left, or what failed, again in the same way. */
  again: (which: 'untried' | 'failed') => Promise<void>
  /** What is under way is still finished. */
  stop: () => void
  reset: () => void
}

export type Send = (names: string[]) => Promise<{ items: HostOutcome[] }>

/** Does something to many hosts, some at a time, and keeps what became of each. */
export function createBulkJob(): BulkJob {
  const state = ref<'idle' | 'running' | 'stopped' | 'finished'>('idle')
  const outcomes = shallowRef<readonly HostOutcome[]>([])
  const problem = shallowRef<ProblemView | null>(null)
  const all = shallowRef<readonly string[]>([])
  let send: Send = () => Promise.resolve({ items: [] })
  let isStopping = false

  const untried = computed(() => {
    const tried = new Set(outcomes.value.map(({ name }) => name))
    return all.value.filter((name) => !tried.has(name))
  })

  async function work(names: readonly string[]): Promise<void> {
    state.value = 'running'
    problem.value = null
    isStopping = false
    for (let start = 0; start < names.length && !isStopping; start += AT_ONCE) {
      try {
        const { items } = await send(names.slice(start, start + AT_ONCE))
        outcomes.value = [...outcomes.value, ...items]
      } catch (error) {
        problem.value = toProblem(error)
        isStopping = true
      }
    }
    state.value = untried.value.length > 0 ? 'stopped' : 'finished'
  }

  return {
    state,
    outcomes,
    problem,
    total: computed(() => all.value.length),
    untried,
    failed: computed(() => outcomes.value.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)),
    async start(names, how) {
      all.value = [...names]
      outcomes.value = []
      send = how
      await work(names)
    },
    async again(which) {
      if (which === 'untried') return work(untried.value)
      const names = outcomes.value.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name)
      outcomes.value = outcomes.value.filter(({ outcome }) => outcome !== 'failed')
      return work(names)
    },
    stop: () => void (isStopping = true),
    reset() {
      isStopping = true
      state.value = 'idle'
      all.value = []
      outcomes.value = []
      problem.value = null
    },
  }
}
