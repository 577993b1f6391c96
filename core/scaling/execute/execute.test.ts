import { describe, expect, it } from 'vitest'
import { afterReady, afterTry, newOrder, nextStep, scaleReport, shortage, waitingOf } from './order.ts'
import { pickVictims, type Candidate } from './pick-victims.ts'
import { checkTimes, instancesForEvent, leadMs, readiness } from './planned-event.ts'

const HOUR_MS = 3_600_000
const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  state: 'ready',
  protected: false,
  startedAt: 0,
  ...more,
})

describe('15: what is let go', () => {
  it('waiting and starting ones first, then the newest; never protected or draining ones', () => {
    const all = [
      candidate('old'),
      candidate('new', { startedAt: 9 }),
      candidate('kept', { protected: true, startedAt: 10 }),
      candidate('going', { state: 'draining' }),
      candidate('starting', { state: 'starting' }),
      candidate('waiting', { state: 'waiting' }),
    ]
    expect(pickVictims(all, 3).ids).toEqual(['waiting', 'starting', 'new'])
    expect(pickVictims(all, 9).ids).toEqual(['waiting', 'starting', 'new', 'old'])
  })
  it('all protected: nothing, and it says so', () => {
    expect(pickVictims([candidate('a', { protected: true }), candidate('b', { protected: true })], 1)).toEqual({
      ids: [],
      reason: '0 of 1: 2 protected, 0 draining',
    })
  })
})

describe('16, 17: a scale-out that goes only partly', () => {
  const order = newOrder('shop', { at: 0, current: 0, wanted: 20 })
  const partly = afterTry(order, { started: 12, failed: 0, reason: 'insufficient memory on 3 hosts' }, 1000)

  it('starts what fits, keeps the rest waiting with the reason, tries again later and later', () => {
    expect(nextStep(order, 0)).toEqual({ do: 'start', count: 20 })
    expect(waitingOf(partly)).toBe(8)
    expect(nextStep(partly, 2000)).toEqual({ do: 'wait', until: 6000 })
    expect(nextStep(partly, 6000)).toEqual({ do: 'start', count: 8 })
    const later = afterTry(partly, { started: 0, failed: 0, reason: '' }, 80_000)
    expect(nextStep(later, 90_000)).toEqual({ do: 'wait', until: 160_000 })
  })
  it('raises an alarm after a minute', () => {
    expect(shortage(partly, 59_000)).toBe('')
    expect(shortage(partly, 60_000)).toBe('8 of 20 wait for a place: insufficient memory on 3 hosts')
  })
  it('the same decision is the same order, whoever carries it out', () => {
    expect(newOrder('shop', { at: 0, current: 0, wanted: 20 }).id).toBe(order.id)
    expect(newOrder('shop', { at: 5000, current: 0, wanted: 20 }).id).not.toBe(order.id)
  })
  it('stops after three failed starts', () => {
    const failed = afterTry(order, { started: 0, failed: 3, reason: 'exit code 1' }, 1000)
    expect(nextStep(failed, 1e9)).toEqual({ do: 'stop', alarm: '3 instances did not start: exit code 1' })
  })
  it('30: says how long it took to the first, half and all', () => {
    const done = [
      [1, 4000],
      [9, 6000],
      [10, 7000],
      [20, 9000],
    ].reduce((so, [ready = 0, at = 0]) => afterReady(so, ready, at), order)
    expect(scaleReport(done)).toEqual({ toFirst: 4000, toHalf: 7000, toAll: 9000 })
    expect(scaleReport(order)).toEqual({ toFirst: null, toHalf: null, toAll: null })
  })
})

describe('18, 19: a planned event', () => {
  const event = { at: 100 * HOUR_MS, expectedPeak: 4000, confidence: 1 }
  it('18: capacity is checked at once, a day and an hour before', () => {
    expect(checkTimes(event, 10 * HOUR_MS)).toEqual([10 * HOUR_MS, 76 * HOUR_MS, 99 * HOUR_MS])
    expect(checkTimes(event, 99.5 * HOUR_MS)).toEqual([99.5 * HOUR_MS])
  })
  it('less confidence needs more', () => {
    expect(instancesForEvent(event, 80)).toBe(50)
    expect(instancesForEvent({ ...event, confidence: 0.7 }, 80)).toBe(65)
  })
  it('19: the lead comes from measured starts of such batches', () => {
    const starts = [...Array.from({ length: 20 }, () => ({ batch: 1, ms: 5000 })), { batch: 40, ms: 60_000 }]
    expect(leadMs(starts, 50, 30_000)).toBe(90_000)
    expect(leadMs([], 50, 30_000)).toBe(52_500)
  })
  it('19: ready before, or an alarm a minute before', () => {
    const at = (ready: number, before: number) => readiness(event, { needed: 50, ready, lead: 90_000 }, event.at - before).state
    expect([at(3, 200_000), at(3, 150_000), at(50, 100_000), at(49, 60_000)]).toEqual(['early', 'due', 'ready', 'late'])
  })
})
