import { describe, expect, it } from 'vitest'
import { addValue, chooseTier, mergeSlots, presence, slotOf, withGaps } from './rollup.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const now = Date.UTC(2026, 5, 1)

describe('chooseTier', () => {
  it.each([
    ['the last hour', { from: now - HOUR, to: now }, 10_000],
    ['the last six hours', { from: now - 6 * HOUR, to: now }, 10_000],
    ['an hour of yesterday', { from: now - DAY, to: now - DAY + HOUR }, 60_000],
    ['the last day', { from: now - DAY, to: now }, 60_000],
    ['the last week', { from: now - 7 * DAY, to: now }, 600_000],
    ['an hour of last month', { from: now - 30 * DAY, to: now - 30 * DAY + HOUR }, 600_000],
    ['longer than anything is kept', { from: 0, to: now }, 600_000],
  ])('%s', (_, range, stepMs) => expect(chooseTier({ ...range, now, seriesCount: 1 }).stepMs).toBe(stepMs))

  it('gets coarser when many series are asked for', () =>
    expect(chooseTier({ from: now - 6 * HOUR, to: now, now, seriesCount: 500 }).stepMs).toBe(60_000))
})

describe('slots', () => {
  it('keep count, sum, extremes and the last value', () => {
    const slot = slotOf(12_345, 5)
    addValue(slot, 1)
    addValue(slot, 3)
    expect(slot).toEqual({ at: 10_000, count: 3, sum: 9, min: 1, max: 5, last: 3 })
  })

  it('merge into longer ones', () =>
    expect(mergeSlots([slotOf(0, 1), slotOf(50_000, 4), slotOf(60_000, 2)], MINUTE)).toEqual([
      { at: 0, count: 2, sum: 5, min: 1, max: 4, last: 4 },
      { at: MINUTE, count: 1, sum: 2, min: 2, max: 2, last: 2 },
    ]))

  it('show holes in time as null', () =>
    expect(withGaps([[0, 1], [10, 2], [40, 3]], 10)).toEqual([[0, 1], [10, 2], [20, null], [30, null], [40, 3]])) // prettier-ignore
})

describe('presence', () => {
  const slot = (count: number) => ({ ...slotOf(0, 1), count })
  it('counts a series that lived for half of ten minutes as half, within the tolerance for missed samples', () => {
    expect(presence(slot(48), 600_000, DAY)).toBe(0.5)
    expect(presence(slot(96), 600_000, DAY)).toBe(1)
    expect(presence(slot(120), 600_000, DAY)).toBe(1)
  })
  it('does not hold the future against a slot that is still running', () => expect(presence(slot(4), 60_000, 20_000)).toBe(1))
  it('takes slots of ten seconds as whole', () => expect(presence(slot(1), 10_000, DAY)).toBe(1))
})
