import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { toProblem, type ProblemView } from './problem.ts'

export interface Action {
  busy: Ref<boolean>
  problem: ShallowRef<ProblemView | null>
  /** True when `work` went through; on failure `problem` says why. A second call while one runs does nothing. */
  run: (work: () => Promise<unknown>) => Promise<boolean>
}

/** Something a person starts: whether it is under way, and what went wrong. */
export function useAction(): Action {
  const busy = ref(false)
  const problem: ShallowRef<ProblemView | null> = shallowRef(null)

  async function run(work: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      await work()
      return true
    } catch (error) {
      problem.value = toProblem(error)
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, run }
}
