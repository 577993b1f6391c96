import type { TestProgress, TestResult, TestStep } from '../contract/index.ts'

/** Runs a test and gives its steps as they come, then the whole result. Fails as the test fails. */
export async function* testProgress(run: (onStep: (step: TestStep) => void) => Promise<TestResult>): AsyncGenerator<TestProgress> {
  const steps: TestStep[] = []
  let wake: () => void = () => undefined
  const running = { over: false }
  const ended = run((step) => {
    steps.push(step)
    wake()
  }).finally(() => {
    running.over = true
    wake()
  })
  // Awaited below; a failure must not be unheard while a step is still being handed on.
  ended.catch(() => undefined)
  for (let next = 0; ;) {
    const step = steps[next]
    if (step) {
      next++
      yield { kind: 'step', step }
    } else if (running.over) break
    else await new Promise<void>((resolve) => (wake = resolve))
  }
  yield { kind: 'end', result: await ended }
}
