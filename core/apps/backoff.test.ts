import { describe, expect, it } from 'vitest'
import { AppSpec } from '../contract/index.ts'
import { backoffUntil, recordFailure } from './backoff.ts'

const { backoff } = AppSpec.parse({ name: 'a', image: 'b' })

describe('back-off', () => {
  it.each([
    [1, 1000],
    [2, 1150],
    [10, 3518],
    [41, 267_864],
    [42, 300_000],
    [500, 300_000],
  ])('after %i failures waits %i ms: 1 s × 1.15 up to 300 s, reached at the 42nd', (failures, delayMs) => {
    expect(Math.round(backoffUntil(backoff, { failures, lastFailureAt: 0 }) ?? 0)).toBe(delayMs)
  })

  it('waits for nothing without a failure', () => {
    expect(backoffUntil(backoff, { failures: 0, lastFailureAt: null })).toBeNull()
  })

  it('forgets failures after more than the longest delay without one', () => {
    expect(recordFailure(backoff, { failures: 7, lastFailureAt: 0 }, 300_000).failures).toBe(8)
    expect(recordFailure(backoff, { failures: 7, lastFailureAt: 0 }, 300_001).failures).toBe(1)
  })
})
