// The behaviours a scaler must have, one by one, as far as they are decisions.
import { describe, expect, it } from 'vitest'
import type { MetricFault, ServiceAlarm } from '../../contract/index.ts'
import { SCALING_STAGES } from '../../contract/index.ts'
import { LOAD_RULE, NOW, decideOnce, during, forecastOf, inputsOf, policyOf, requests, run } from './scaling-fixture.ts'
import { FIRST_STATE, type Situation } from './situation.ts'

const HOUR_MS = 3_600_000
const cpuRule = { name: 'cpu', kind: 'target', metric: 'cpu', target: 500 } as const
const cpu = (total: number | null, counted: number, faults: { fault: MetricFault; since: number }[] = []) => ({
  ...requests(total),
  metric: 'cpu',
  counted,
  covers: 'instances' as const,
  faults,
})

describe('order of stages', () => {
  it('1: the record holds the value after each stage, in order', () => {
    const policy = policyOf({ limits: { min: 2, max: 30 }, scaleOut: { rate: { instances: 25, periodSeconds: 60 } } })
    const { decision } = decideOnce(inputsOf(10, requests(8000), { room: 20 }), policy)
    expect(Object.keys(decision.stages)).toEqual([...SCALING_STAGES])
    expect(decision.stages).toEqual({ proposals: 100, suppression: 100, fusion: 100, stabilisation: 100, rate: 35, limits: 30, quota: 20 })
    expect(decision.reason).toMatch(/limited:rate.*limited:max.*limited:quota/)
  })
})

describe('fusion', () => {
  const policy = policyOf({ rules: [LOAD_RULE, cpuRule] })
  const both = (load: number, cpuTotal: number) =>
    decideOnce({ ...inputsOf(10, requests(load)), readings: [requests(load), cpu(cpuTotal, 10)] }, policy)

  it('2: out and in is out; out and none is out; in and none is none; in and in is in', () => {
    expect(both(1600, 1000).decision).toMatchObject({ direction: 'out', wanted: 20, won: 'load' })
    expect(both(1600, 5000).decision.direction).toBe('out')
    expect(both(160, 5000).decision).toMatchObject({ direction: 'none', won: 'cpu' })
    expect(both(160, 1000).decision).toMatchObject({ direction: 'in', wanted: 2 })
  })

  it('2: no scale-in while one metric is not fresh', () => {
    const stale = cpu(null, 0, [{ fault: 'stale', since: NOW - 20_000 }])
    const { decision } = decideOnce({ ...inputsOf(10, requests(160)), readings: [requests(160), stale] }, policy)
    expect(decision).toMatchObject({ direction: 'none', reason: 'no scale-in: cpu: stale' })
  })

  it('3: nothing happens within a tenth of the target', () => {
    for (const load of [721, 800, 879]) expect(decideOnce(inputsOf(10, requests(load))).decision.direction).toBe('none')
    expect(decideOnce(inputsOf(10, requests(890))).decision.wanted).toBe(12)
  })
})

describe('holding back', () => {
  it.each([0, 300, 600])('4: scale-in goes to the highest number wanted within %i s', (windowSeconds) => {
    const policy = policyOf({ scaleIn: { windowSeconds, afterOutSeconds: 0 }, release: { perDay: 0 } })
    const { wanted } = run([...during(60, 780), ...during(1200, 160)], policy)
    const inAt = wanted.findIndex((one) => one < 10)
    expect(inAt * 5).toBeGreaterThanOrEqual(60 + windowSeconds - 5)
    expect(inAt * 5).toBeLessThanOrEqual(60 + windowSeconds + 10)
  })

  it('5: a scale-out does not wait for anything; a scale-in waits after a scale-out', () => {
    const policy = policyOf({ release: { perDay: 0 }, scaleIn: { windowSeconds: 0, afterOutSeconds: 600 } })
    const { wanted } = run([...during(60, 160), ...during(10, 1600), ...during(900, 160)], policy)
    expect(wanted[11]).toBe(2)
    expect(wanted[12]).toBe(20)
    const inAgain = wanted.findIndex((one, index) => index > 13 && one < 20)
    expect((inAgain - 12) * 5).toBeGreaterThan(600)
  })

  it('14: more than six changes of direction in an hour double the hold and raise an alarm', () => {
    const loads = Array.from({ length: 20 }, () => [...during(60, 1600), ...during(60, 160)]).flat()
    const restless = policyOf({ scaleIn: { windowSeconds: 0, afterOutSeconds: 30, deadband: 0 }, release: { perDay: 0 } })
    const { state, alarms } = run(loads, restless)
    expect(alarms).toContain('thrashing')
    expect(state.reversals.length).toBeLessThan(20)
  })

  it('14: early releases are rationed', () => {
    const loads = Array.from({ length: 20 }, () => [...during(60, 1600), ...during(120, 160)]).flat()
    const { state } = run(loads, policyOf({ release: { perDay: 3 } }))
    expect(state.reversals.length).toBeLessThanOrEqual(7)
  })
})

describe('limits', () => {
  it('6: never beyond the maximum, and says so', () => {
    expect(decideOnce(inputsOf(10, requests(80_000))).decision).toMatchObject({ wanted: 100, stages: { fusion: 1000, limits: 100 } })
    expect(decideOnce(inputsOf(10, requests(80_000))).decision.reason).toContain('limited:max, 1000 wanted')
  })

  it('16: waiting instances count as ordered', () => {
    const fleet = { ready: 10, starting: 2, waiting: 8 }
    expect(decideOnce({ ...inputsOf(10, requests(1600)), fleet }).decision).toMatchObject({ direction: 'none', current: 20 })
  })

  it('20: above what can be had, the balancer is told what it may let in', () => {
    expect(decideOnce(inputsOf(10, requests(80_000))).decision.admissionLimit).toBe(10_000)
    expect(decideOnce(inputsOf(10, requests(1600))).decision.admissionLimit).toBeNull()
  })

  it('27: set by hand holds for its time, then the policy decides again', () => {
    const pin = { instances: 7, until: NOW + 60_000 }
    expect(decideOnce(inputsOf(10, requests(1600), { pin })).decision).toMatchObject({ wanted: 7, won: 'pinned by hand' })
    expect(decideOnce(inputsOf(10, requests(1600), { pin }), policyOf(), { now: NOW + 60_000 }).decision.wanted).toBe(20)
  })
})

describe('metrics that cannot be used', () => {
  it('7: a stale metric does not scale in; another fresh one still scales out', () => {
    const policy = policyOf({ rules: [LOAD_RULE, cpuRule] })
    const stale = { ...requests(null), faults: [{ fault: 'stale' as const, since: NOW }] }
    expect(decideOnce({ ...inputsOf(10, stale), readings: [stale, cpu(9000, 10)] }, policy).decision).toMatchObject({
      wanted: 18,
      won: 'cpu',
    })
  })

  it('7: with nothing fresh it holds and raises an alarm; a fallback only ever adds', () => {
    const stale = requests(null, { faults: [{ fault: 'stale', since: NOW - 10 * HOUR_MS }] })
    const { decision } = decideOnce(inputsOf(10, stale))
    expect(decision).toMatchObject({ direction: 'none', alarms: ['no-usable-metric'] })
    expect(decideOnce(inputsOf(10, stale), policyOf({ fallback: 5 })).decision.wanted).toBe(10)
    expect(decideOnce(inputsOf(10, stale), policyOf({ fallback: 15 })).decision).toMatchObject({ wanted: 15, won: 'fallback' })
  })

  it('8: instances without a value count as loaded on the way in, as nothing on the way out, and never turn the direction', () => {
    const policy = policyOf({ rules: [cpuRule] })
    expect(decideOnce(inputsOf(10, cpu(1000, 8)), policy).decision.stages.fusion).toBe(4)
    expect(decideOnce(inputsOf(10, cpu(7200, 8)), policy).decision.stages.fusion).toBe(15)
    expect(decideOnce(inputsOf(10, cpu(4600, 8)), policy).decision.direction).toBe('none')
  })

  const metricFaults: MetricFault[] = [
    'collector-down',
    'clock-skew',
    'flat-line',
    'contradiction',
    'agent-restart',
    'impossible',
    'unit-jump',
  ]
  it.each(metricFaults)('12: %s takes both directions from its metric', (fault) => {
    const wrong = (total: number) => requests(total, { faults: [{ fault, since: NOW }] })
    expect(decideOnce(inputsOf(10, wrong(8000))).decision.direction).toBe('none')
    expect(decideOnce(inputsOf(10, wrong(0))).decision.direction).toBe('none')
  })

  const serviceAlarms: [ServiceAlarm, boolean][] = [
    ['error-surge', true],
    ['latency-critical', true],
    ['dependency-down', true],
    ['health-checks-failing', true],
    ['release', true],
    ['maintenance', true],
    ['dependency-saturated', false],
  ]
  it.each(serviceAlarms)('12: during %s no scale-in; scale-out allowed: %s', (alarm, allowsOut) => {
    const alarms = [{ alarm, since: NOW }]
    expect(decideOnce(inputsOf(10, requests(0), { alarms })).decision.direction).toBe('none')
    expect(decideOnce(inputsOf(10, requests(1600), { alarms })).decision.direction).toBe(allowsOut ? 'out' : 'none')
  })

  it('13: a suppression ends after half an hour, is shown while it lasts, and the minimum holds through it', () => {
    const alarms = [{ alarm: 'error-surge' as const, since: NOW - 29 * 60_000 }]
    const held = decideOnce(inputsOf(10, requests(0), { alarms })).decision
    expect(held.suppressions).toMatchObject([{ alarm: 'error-surge', until: NOW + 60_000 }])
    expect(decideOnce(inputsOf(10, requests(0), { alarms }), policyOf(), { now: NOW + 61_000 }).decision.direction).toBe('in')
    expect(decideOnce(inputsOf(1, requests(0), { alarms })).decision.wanted).toBe(2)
  })
})

describe('trend', () => {
  const trend = { name: 'trend', kind: 'trend' } as const
  it('23: only observes where told to, and says what it would have done', () => {
    const policy = policyOf({ rules: [LOAD_RULE, { ...trend, mode: 'observe' }] })
    const { decision } = decideOnce(inputsOf(10, requests(800), { forecasts: { trend: forecastOf(4000) } }), policy)
    expect(decision.wanted).toBe(10)
    expect(decision.proposals[1]?.reason).toContain('would want 50')
  })

  it('23: a forecast of less never takes away what the load needs now', () => {
    const policy = policyOf({ rules: [LOAD_RULE, trend] })
    const { decision } = decideOnce(inputsOf(10, requests(800), { forecasts: { trend: forecastOf(80, 80) } }), policy)
    expect(decision.wanted).toBe(10)
  })

  it('orders for what is coming', () => {
    const policy = policyOf({ rules: [LOAD_RULE, trend] })
    const { decision } = decideOnce(inputsOf(10, requests(800), { forecasts: { trend: forecastOf(4000) } }), policy)
    expect(decision).toMatchObject({ wanted: 50, won: 'trend' })
  })
})

describe('records', () => {
  it('25: what is replayed with the version it was made with comes out the same', () => {
    const inputs = inputsOf(10, requests(1600))
    const before = decideOnce(inputs, policyOf({ version: 1 }))
    const changed = decideOnce(inputs, policyOf({ version: 2, limits: { min: 2, max: 15 } }))
    expect(changed.decision).toMatchObject({ wanted: 15, policyVersion: 2 })
    expect(JSON.stringify(decideOnce(inputs, policyOf({ version: 1 })))).toBe(JSON.stringify(before))
  })

  it('26: stored inputs decide the same, byte for byte, and there is always a reason', () => {
    const { state } = run(during(600, 1600))
    const stored = JSON.parse(JSON.stringify({ inputs: inputsOf(10, requests(160)), policy: policyOf(), state })) as Situation
    const once = decideOnce(inputsOf(10, requests(160)), policyOf(), { state })
    const again = decideOnce(stored.inputs, stored.policy, { state: stored.state })
    expect(JSON.stringify(again)).toBe(JSON.stringify(once))
    for (const load of [0, 160, 800, 1600, 1e6]) expect(decideOnce(inputsOf(10, requests(load))).decision.reason).not.toBe('')
  })

  it('28: a clock that jumps by an hour causes no burst of moves', () => {
    const { state } = run(during(600, 800))
    for (const jump of [HOUR_MS, -HOUR_MS]) {
      const now = NOW + 600_000 + jump
      expect(decideOnce(inputsOf(10, requests(800)), policyOf(), { state, now }).decision.direction).toBe('none')
    }
  })

  it('29: decides in far less than a second for a thousand instances', () => {
    const began = performance.now()
    const policy = policyOf({ limits: { min: 2, max: 2000 } })
    let state = FIRST_STATE
    for (let round = 0; round < 100; round++)
      state = decideOnce(inputsOf(1000, requests(80_000 + round)), policy, { state, now: NOW + round * 5000 }).state
    expect((performance.now() - began) / 100).toBeLessThan(1000)
  })
})
