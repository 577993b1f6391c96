import { describe, expect, it } from 'vitest'
import { ScalingPolicy, type ReplayStep, type ScalingDecision } from '../../contract/index.ts'
import { decide } from '../decide/decide.ts'
import { FIRST_STATE, type ScalingInputs } from '../decide/situation.ts'
import { replay } from './replay.ts'

const policy = ScalingPolicy.parse({})
const MINUTE = 12
const wave = (steps: number) => Float64Array.from({ length: steps }, (_, step) => 800 + 400 * Math.sin(step / 200) + ((step * 7919) % 97))
const play = (rates: Float64Array, startDelaySeconds = 60) => {
  const steps: ReplayStep[] = []
  const decisions: { inputs: ScalingInputs; decision: ScalingDecision }[] = []
  const load = { startMs: 0, stepSeconds: 5, rates }
  const totals = replay({
    policy,
    load,
    capacity: 100,
    startDelaySeconds,
    onStep: (step) => steps.push(step),
    onDecision: (inputs, decision) => decisions.push({ inputs, decision }),
  })
  return { steps, decisions, totals }
}

describe('a replay', { timeout: 60_000 }, () => {
  it('26: its stored inputs, decided again one after the other, give its decisions byte for byte', () => {
    const { decisions } = play(wave(3000))
    const stored = JSON.parse(JSON.stringify(decisions)) as typeof decisions
    let state = FIRST_STATE
    for (const { inputs, decision } of stored) {
      const again = decide({ inputs, policy, state }, decision.at)
      state = again.state
      expect(JSON.stringify(again.decision)).toBe(JSON.stringify(decision))
    }
  })

  it('the same load gives the same run', () => expect(play(wave(2000)).totals).toEqual(play(wave(2000)).totals))

  it('10: a load that falls to nothing for 22 minutes while nothing says why shrinks nothing', () => {
    const rates = wave(3000)
    rates.fill(0, 2000, 2000 + 22 * MINUTE)
    const { steps } = play(rates)
    const before = steps[2000]?.ordered ?? 0
    for (const { ordered } of steps.slice(2000, 2000 + 22 * MINUTE)) expect(ordered).toBeGreaterThanOrEqual(before)
  })

  it('7: a gap in what was recorded shrinks nothing, however long it is', () => {
    const rates = wave(6000)
    rates.fill(Number.NaN, 2000, 2000 + 180 * MINUTE)
    const { steps, totals } = play(rates)
    const before = steps[2000]?.ordered ?? 0
    for (const { ordered, load } of steps.slice(2000, 2000 + 180 * MINUTE)) {
      expect(ordered).toBeGreaterThanOrEqual(before)
      expect(load).toBeNull()
    }
    expect(totals.seconds).toBe((6000 - 180 * MINUTE) * 5)
  })

  it.each([5, 60, 120])('an unannounced rush is over the objective for no longer than a start of %i s and 20 s', (startDelaySeconds) => {
    const rates = new Float64Array(720).fill(200)
    rates.fill(4000, 361, 480)
    const { totals } = play(rates, startDelaySeconds)
    expect(totals.longestViolationSeconds).toBeGreaterThan(0)
    expect(totals.longestViolationSeconds).toBeLessThanOrEqual(startDelaySeconds + 20)
  })
})
