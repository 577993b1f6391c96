import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import type { TestProgress, TestResult, TestStep } from '../../../../core/contract/index.ts'
import { isAborted, toProblem, type ProblemView } from '../../../shared/feedback/problem.ts'

export interface ConnectionTest {
  /** Those that are known so far, in order. */
  steps: ShallowRef<readonly TestStep[]>
  /** Null until the test has ended. */
  result: ShallowRef<TestResult | null>
  running: Ref<boolean>
  problem: ShallowRef<ProblemView | null>
  run: (open: (signal: AbortSignal) => Promise<AsyncIterable<TestProgress>>) => Promise<void>
  /** Forgets what was found; a test that is under way is left. */
  reset: () => void
}

/** A connection test as it goes on. It is left when the component goes. */
export function useConnectionTest(): ConnectionTest {
  const steps = shallowRef<readonly TestStep[]>([])
  const result = shallowRef<TestResult | null>(null)
  const running = ref(false)
  const problem = shallowRef<ProblemView | null>(null)
  let current = new AbortController()

  function reset(): void {
    current.abort()
    steps.value = []
    result.value = null
    running.value = false
    problem.value = null
  }

  async function run(open: (signal: AbortSignal) => Promise<AsyncIterable<TestProgress>>): Promise<void> {
    reset()
    const own = (current = new AbortController())
    running.value = true
    try {
      for await (const progress of await open(own.signal)) {
        if (own.signal.aborted) return
        if (progress.kind === 'end') result.value = progress.result
        else steps.value = [...steps.value, progress.step]
      }
    } catch (error) {
      if (!own.signal.aborted && !isAborted(error)) problem.value = toProblem(error)
    } finally {
      if (current === own) running.value = false
    }
  }

  onScopeDispose(() => current.abort())
  return { steps, result, running, problem, run, reset }
}
