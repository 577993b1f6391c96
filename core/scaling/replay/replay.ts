import type { ReplayStep, ReplayTotals, ScalingDecision, ScalingPolicy, ScalingRule } from '../../contract/index.ts'
import { decide } from '../decide/decide.ts'
import { FIRST_STATE, type Reading, type ScalingInputs } from '../decide/situation.ts'
import { Forecaster, type Forecast } from '../forecast/forecaster.ts'
import { SEASONS } from '../forecast/season.ts'
import { SeriesWatch } from '../quality/series-watch.ts'
import { Account } from './account.ts'
import { ReplayInstances } from './instances.ts'
import type { Load } from './load.ts'

/** A value is known this many steps after its own began: measured over one, read and used in the next. */
const KNOWN_AFTER_STEPS = 2

export interface ReplayOptions {
  policy: ScalingPolicy
  load: Pick<Load, 'startMs' | 'stepSeconds' | 'rates'>
  /** Requests per second that one instance can serve. */
  capacity: number
  startDelaySeconds: number
  /** Called with each step; the totals come at the end. */
  onStep?: (step: ReplayStep) => void
  /** Called with what each decision was made from, and with the decision. */
  onDecision?: (inputs: ScalingInputs, decision: ScalingDecision) => void
  /** Only steps from one time to another are counted; the others let the policy learn. */
  counted?: { fromMs: number; toMs: number }
  /** Alarms of the service, where the record knows of them. */
  alarms?: (now: number) => ScalingInputs['alarms']
}

/**
 * Plays a recorded load against a policy with the code that decides for real: the same decisions, forecasts and judgement of
 * what was measured. Instances are alike, serve a fixed time after their order and end at once; nothing queues.
 */
export function replay(options: ReplayOptions): ReplayTotals {
  const { policy, load, capacity, startDelaySeconds } = options
  const stepMs = load.stepSeconds * 1000
  const target = capacity * policy.objective.utilisation
  const account = new Account({
    stepSeconds: load.stepSeconds,
    startDelaySeconds,
    capacity,
    utilisation: policy.objective.utilisation,
    min: policy.limits.min,
    reversalWithinSeconds: policy.reversals.withinSeconds,
  })
  const firstRate = load.rates.find((rate) => !Number.isNaN(rate)) ?? 0
  const first = Math.min(policy.limits.max, account.needed(firstRate))
  const instances = new ReplayInstances(first, startDelaySeconds * 1000)
  const trends = policy.rules.filter((rule): rule is Extract<ScalingRule, { kind: 'trend' }> => rule.kind === 'trend' && rule.enabled)
  const forecasters = trends.map((rule) => ({ rule, forecaster: forecasterOf(rule, options, target) }))
  const watch = new SeriesWatch({ intervalMs: stepMs, staleAfterIntervals: policy.staleAfterIntervals })
  const forecasts: Record<string, Forecast | null> = {}
  let state = FIRST_STATE
  for (let step = 0; step < load.rates.length; step++) {
    const now = load.startMs + step * stepMs
    instances.advance(now)
    let decision: ScalingDecision | null = null
    if (step >= KNOWN_AFTER_STEPS) {
      const rate = load.rates[step - KNOWN_AFTER_STEPS] ?? Number.NaN
      const judged = watch.next(now - stepMs, Number.isNaN(rate) ? null : rate, now)
      for (const { rule, forecaster } of forecasters) forecasts[rule.name] = forecaster.next(now - stepMs, judged.usable)
      const reading: Reading = {
        metric: 'requests',
        at: judged.at,
        total: judged.value,
        counted: instances.ready,
        covers: 'app',
        faults: judged.faults,
      }
      const inputs: ScalingInputs = {
        fleet: { ready: instances.ready, starting: instances.starting, waiting: 0 },
        capacity,
        readings: [reading],
        forecasts: options.onDecision ? { ...forecasts } : forecasts,
        alarms: options.alarms?.(now) ?? [],
        room: null,
        pin: null,
      }
      const decided = decide({ inputs, policy, state }, now)
      state = decided.state
      decision = decided.decision
      options.onDecision?.(inputs, decision)
    }
    const isCounted = !options.counted || (now >= options.counted.fromMs && now < options.counted.toMs)
    if (decision && decision.wanted !== instances.ordered) {
      if (isCounted) account.move(now / 1000, decision.wanted - instances.ordered)
      instances.scaleTo(decision.wanted, now)
    }
    const rate = load.rates[step] ?? Number.NaN
    if (isCounted && !Number.isNaN(rate)) account.step(rate, instances)
    options.onStep?.({
      at: now,
      load: Number.isNaN(rate) ? null : rate,
      ready: instances.ready,
      ordered: instances.ordered,
      decision: decision?.direction ?? 'none',
      reason: decision?.reason ?? 'nothing was measured yet',
    })
  }
  return account.totals()
}

function forecasterOf(
  rule: Extract<ScalingRule, { kind: 'trend' }>,
  { policy, load, startDelaySeconds }: ReplayOptions,
  target: number,
): Forecaster {
  return new Forecaster({
    stepSeconds: load.stepSeconds,
    leadSeconds: rule.leadSeconds ?? startDelaySeconds,
    keepSeconds: policy.scaleIn.keepSeconds,
    confidence: rule.confidence,
    weight: rule.weight,
    seasons: rule.seasons.map((name) => SEASONS[name]),
    floor: target / 4,
  })
}
