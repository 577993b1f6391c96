import { ScalingPolicy, type ScalingPolicyInput } from '../../contract/index.ts'
import type { Forecast } from '../forecast/forecaster.ts'
import { decide, type Decided } from './decide.ts'
import { FIRST_STATE, type Reading, type ScalingInputs, type ScalingState } from './situation.ts'

export const NOW = Date.UTC(2026, 10, 11, 4)
export const LOAD_RULE = { name: 'load', kind: 'target', metric: 'requests' } as const

/** A policy of one rule that holds the load of `requests` at 80 an instance, and whatever is given besides. */
export const policyOf = (input: ScalingPolicyInput = {}): ScalingPolicy => ScalingPolicy.parse({ rules: [LOAD_RULE], ...input })

export const requests = (total: number | null, more: Partial<Reading> = {}): Reading => ({
  metric: 'requests',
  at: NOW - 5000,
  total,
  counted: 1,
  covers: 'app',
  faults: [],
  ...more,
})

export const forecastOf = (upper: number, keep = upper): Forecast => ({
  at: NOW - 5000,
  horizonSeconds: 85,
  upper,
  upperBy: 'mean1m',
  keepLikely: keep,
  keepMost: keep,
})

export function inputsOf(ready: number, reading: Reading, more: Partial<ScalingInputs> = {}): ScalingInputs {
  return {
    fleet: { ready, starting: 0, waiting: 0 },
    capacity: 100,
    readings: [reading],
    forecasts: {},
    alarms: [],
    room: null,
    pin: null,
    ...more,
  }
}

export function decideOnce(
  inputs: ScalingInputs,
  policy = policyOf(),
  { state = FIRST_STATE, now = NOW }: { state?: ScalingState; now?: number } = {},
): Decided {
  return decide({ inputs, policy, state }, now)
}

/** Decides every 5 s for some loads, one after the other, with instances that serve at once; gives the numbers wanted. */
export function run(
  loads: readonly number[],
  policy = policyOf(),
  ready = 10,
): { wanted: number[]; state: ScalingState; alarms: string[] } {
  let state: ScalingState = FIRST_STATE
  let current = ready
  const alarms = new Set<string>()
  const wanted = loads.map((load, index) => {
    const now = NOW + index * 5000
    const decided = decideOnce(inputsOf(current, requests(load, { at: now })), policy, { state, now })
    state = decided.state
    current = decided.decision.wanted
    for (const alarm of decided.decision.alarms) alarms.add(alarm)
    return current
  })
  return { wanted, state, alarms: [...alarms] }
}

/** The same load for some seconds, as one value each 5 s. */
export const during = (seconds: number, load: number): number[] => new Array<number>(Math.round(seconds / 5)).fill(load)
