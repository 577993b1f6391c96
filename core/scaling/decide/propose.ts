import type { Direction, Proposal, ScalingPolicy, ScalingRule } from '../../contract/index.ts'
import { timedBounds } from '../timed/timed-bounds.ts'
import { currentOf, type Reading, type ScalingInputs } from './situation.ts'

type Rule<K extends ScalingRule['kind']> = Extract<ScalingRule, { kind: K }>

/** Rounding must not order an instance for the last bit of a floating-point number. */
const EPSILON = 1e-9

export const instancesFor = (load: number, target: number) => Math.ceil(load / target - EPSILON)

/** What every enabled rule of the policy wants, each on its own, whatever is wrong with what it looks at. */
export function propose(inputs: ScalingInputs, policy: ScalingPolicy, now: number): Proposal[] {
  return policy.rules.filter((rule) => rule.enabled).map((rule) => proposalOf(rule, { inputs, policy, now }))
}

interface Context {
  inputs: ScalingInputs
  policy: ScalingPolicy
  now: number
}

function proposalOf(rule: ScalingRule, context: Context): Proposal {
  switch (rule.kind) {
    case 'target':
      return fromTarget(rule, context)
    case 'step':
      return fromSteps(rule, context)
    case 'trend':
      return fromTrend(rule, context)
    case 'timed':
      return fromTimes(rule, context)
  }
}

export const readingOf = (inputs: ScalingInputs, metric: string) => inputs.readings.find((reading) => reading.metric === metric)

/** The value one instance should carry: stated, or the objective's share of what an instance can serve. */
export function targetOf(inputs: ScalingInputs, policy: ScalingPolicy, rule: { target?: number | undefined }): number | null {
  return rule.target ?? (inputs.capacity === null ? null : inputs.capacity * policy.objective.utilisation)
}

function fromTarget(rule: Rule<'target'>, { inputs, policy }: Context): Proposal {
  const reading = readingOf(inputs, rule.metric)
  const target = targetOf(inputs, policy, rule)
  if (target === null) return silent(rule, 'what one instance can serve is not known')
  if (!reading || reading.total === null) return silent(rule, `${rule.metric} is not measured`)
  const current = currentOf(inputs.fleet)
  const absent = reading.covers === 'app' ? 0 : Math.max(0, current - reading.counted)
  const ratio = reading.total / (target * Math.max(1, reading.covers === 'app' ? current : reading.counted))
  if (Math.abs(ratio - 1) <= rule.tolerance) return stay(rule, current, `${rule.metric} is within ${percent(rule.tolerance)} of its target`)
  // Those not measured count as nothing on the way out and as loaded on the way in: neither hides a need nor makes one up.
  const corrected = ratio > 1 ? reading.total : reading.total + absent * target
  const wanted = instancesFor(corrected, target)
  const flips = ratio > 1 ? wanted < current : wanted > current
  if (absent > 0 && flips) return stay(rule, current, `${absent} instances are not measured, which could turn the direction`)
  return toward(rule, { wanted, current, reason: `${rule.metric} ${short(reading.total)} at ${short(target)} an instance` })
}

function fromSteps(rule: Rule<'step'>, { inputs }: Context): Proposal {
  const reading = readingOf(inputs, rule.metric)
  if (!reading || reading.total === null) return silent(rule, `${rule.metric} is not measured`)
  const current = currentOf(inputs.fleet)
  const mean = meanOf(reading, inputs)
  const matching = rule.steps.filter(({ above, below }) => (above === undefined || mean > above) && (below === undefined || mean < below))
  if (matching.length === 0) return stay(rule, current, `${rule.metric} ${short(mean)} is within its bounds`)
  const outs = matching.filter(({ add }) => add > 0)
  const add = outs.length > 0 ? Math.max(...outs.map((step) => step.add)) : Math.min(...matching.map((step) => step.add))
  return toward(rule, {
    wanted: Math.max(0, current + add),
    current,
    reason: `${rule.metric} ${short(mean)} calls for ${add > 0 ? '+' : ''}${add}`,
  })
}

function meanOf(reading: Reading, { fleet }: ScalingInputs): number {
  return (reading.total ?? 0) / Math.max(1, reading.covers === 'app' ? fleet.ready : reading.counted)
}

function fromTrend(rule: Rule<'trend'>, { inputs, policy }: Context): Proposal {
  const forecast = inputs.forecasts[rule.name]
  const target = targetOf(inputs, policy, {})
  if (!forecast) return silent(rule, 'there is no forecast yet')
  if (target === null) return silent(rule, 'what one instance can serve is not known')
  const wanted = instancesFor(forecast.upper, target)
  const reason = `up to ${short(forecast.upper)} within ${forecast.horizonSeconds} s (${forecast.upperBy})`
  if (rule.mode === 'observe') return silent(rule, `observes only; would want ${wanted}: ${reason}`)
  return toward(rule, { wanted, current: currentOf(inputs.fleet), reason })
}

function fromTimes(rule: Rule<'timed'>, { inputs, policy, now }: Context): Proposal {
  const open = timedBounds(rule, policy.holidays, now)
  if (!open) return silent(rule, 'its time has not come')
  const current = currentOf(inputs.fleet)
  const reason = `its time runs until ${new Date(open.until).toISOString()}`
  const bounds = { min: rule.min ?? null, max: rule.max ?? null }
  if (rule.min === undefined) return { ...silent(rule, reason), ...bounds }
  return { ...toward(rule, { wanted: rule.min, current, reason }), ...bounds }
}

function toward(rule: ScalingRule, to: { wanted: number; current: number; reason: string }): Proposal {
  const direction: Direction = to.wanted > to.current ? 'out' : to.wanted < to.current ? 'in' : 'none'
  return { rule: rule.name, kind: rule.kind, direction, wanted: to.wanted, min: null, max: null, reason: to.reason }
}

const stay = (rule: ScalingRule, current: number, reason: string) => toward(rule, { wanted: current, current, reason })

function silent(rule: ScalingRule, reason: string): Proposal {
  return { rule: rule.name, kind: rule.kind, direction: 'none', wanted: null, min: null, max: null, reason }
}

const short = (value: number) => String(Math.round(value * 100) / 100)
const percent = (share: number) => `${Math.round(share * 100)} %`
