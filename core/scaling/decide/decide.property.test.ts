import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ScalingPolicy, ServiceAlarm, MetricFault } from '../../contract/index.ts'
import { decide } from './decide.ts'
import { NOW, forecastOf, inputsOf, requests } from './scaling-fixture.ts'
import { FIRST_STATE, type ScalingInputs } from './situation.ts'

const faults = fc.array(
  fc.record({ fault: fc.constantFrom(...MetricFault.options), since: fc.integer({ min: NOW - 7_200_000, max: NOW }) }),
  { maxLength: 2 },
)
const alarms = fc.array(
  fc.record({ alarm: fc.constantFrom(...ServiceAlarm.options), since: fc.integer({ min: NOW - 7_200_000, max: NOW }) }),
  { maxLength: 2 },
)
const inputs: fc.Arbitrary<ScalingInputs> = fc
  .record({
    ready: fc.integer({ min: 0, max: 200 }),
    starting: fc.integer({ min: 0, max: 50 }),
    total: fc.option(fc.double({ min: 0, max: 50_000, noNaN: true })),
    upper: fc.option(fc.double({ min: 0, max: 50_000, noNaN: true })),
    faults,
    alarms,
    room: fc.option(fc.integer({ min: 0, max: 300 })),
  })
  .map(({ ready, starting, total, upper, faults: found, alarms: raised, room }) =>
    inputsOf(ready, requests(total, { faults: found }), {
      fleet: { ready, starting, waiting: 0 },
      alarms: raised,
      room,
      forecasts: { trend: upper === null ? null : forecastOf(upper) },
    }),
  )
const policy = ScalingPolicy.parse({})

/** Decides one situation after the other, the fleet following at once. */
function follow(situations: readonly ScalingInputs[]) {
  let state = FIRST_STATE
  return situations.map((given, index) => {
    const now = NOW + index * 5000
    const { decision, state: next } = decide({ inputs: given, policy, state }, now)
    state = next
    return { given, decision }
  })
}

describe('whatever happens', () => {
  it('stays within the bounds, unless there is no room for the minimum', () => {
    fc.assert(
      fc.property(fc.array(inputs, { minLength: 1, maxLength: 30 }), (situations) => {
        for (const { given, decision } of follow(situations)) {
          expect(decision.wanted).toBeLessThanOrEqual(Math.max(policy.limits.max, decision.current))
          if (given.room === null) expect(decision.wanted).toBeGreaterThanOrEqual(policy.limits.min)
          if (given.room === null) expect(decision.wanted).toBeLessThanOrEqual(policy.limits.max)
          expect(decision.reason).not.toBe('')
        }
      }),
    )
  })

  it('never shrinks below the bounds’ wish on a metric that is wrong, missing or old', () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom(...MetricFault.options), (given, fault) => {
        const wrong = { ...given, readings: [requests(0, { faults: [{ fault, since: NOW }] })] }
        const { decision } = decide({ inputs: wrong, policy, state: FIRST_STATE }, NOW)
        expect(decision.wanted).toBeGreaterThanOrEqual(Math.min(decision.current, policy.limits.max))
      }),
    )
  })

  it('more load never wants less', () => {
    fc.assert(
      fc.property(
        inputs,
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (given, one, other) => {
          const wants = [Math.min(one, other), Math.max(one, other)].map(
            (load) =>
              decide({ inputs: { ...given, forecasts: {}, readings: [requests(load)] }, policy, state: FIRST_STATE }, NOW).decision.wanted,
          )
          expect(wants[0]).toBeLessThanOrEqual(wants[1] ?? 0)
        },
      ),
    )
  })

  it('decides the same from what was stored', () => {
    fc.assert(
      fc.property(fc.array(inputs, { minLength: 1, maxLength: 10 }), (situations) => {
        const again = follow(JSON.parse(JSON.stringify(situations)) as ScalingInputs[])
        expect(JSON.stringify(again.map(({ decision }) => decision))).toBe(
          JSON.stringify(follow(situations).map(({ decision }) => decision)),
        )
      }),
    )
  })
})
