import type { Count, Outcome } from './step.ts'

/**
 * Adds up a run. Where nothing may be skipped, whatever was skipped counts as failed, except in steps that say they may.
 */
export function total(outcomes: readonly Outcome[], strict: boolean): Count {
  const sum = { passed: 0, failed: 0, skipped: 0 }
  for (const { step, count } of outcomes) {
    const forbidden = strict && !step.mayBeSkipped ? count.skipped : 0
    sum.passed += count.passed
    sum.failed += count.failed + forbidden
    sum.skipped += count.skipped - forbidden
  }
  return sum
}

/** A table of the steps, then warnings, then the closing line alone on the last line. */
export function summary(outcomes: readonly Outcome[], strict: boolean): string {
  const rows = outcomes.map(({ step, count, seconds, reason }) => {
    const state = count.failed > 0 ? 'FAILED' : count.skipped > 0 ? 'skipped' : 'ok'
    const numbers = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`
    return `${state.padEnd(8)}${step.name.padEnd(14)}${seconds.toFixed(1).padStart(7)} s  ${numbers}${reason && `  (${reason})`}`
  })
  const skipped = outcomes.filter(({ count }) => count.skipped > 0)
  const warnings = skipped.map(({ step, reason }) => {
    const verdict = strict && !step.mayBeSkipped ? 'counts as FAILED, because CI is set' : 'was not tested here'
    return `WARNING: ${step.name} was skipped, in whole or in part; it ${verdict}${reason && `: ${reason}`}`
  })
  const { passed, failed, skipped: left } = total(outcomes, strict)
  return ['', ...rows, ...warnings, `${passed} passed, ${failed} failed, ${left} skipped`].join('\n')
}
