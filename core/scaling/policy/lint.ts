import type { InputIssue, ScalingPolicy, ScalingRule } from '../../contract/index.ts'
import { timedFaults } from '../timed/timed-bounds.ts'

export interface Linted {
  /** The policy cannot be saved with these. */
  errors: InputIssue[]
  /** It can, but is probably not what was meant. */
  warnings: InputIssue[]
}

/** Finds what contradicts itself in a policy, and what will not do what it seems to say. */
export function lintPolicy(policy: ScalingPolicy): Linted {
  const errors: InputIssue[] = []
  const warnings: InputIssue[] = []
  const { min, max } = policy.limits
  if (min > max) errors.push({ field: 'limits.min', message: `is ${min} and the maximum ${max}: raise the maximum or lower the minimum` })
  if (min === 0) warnings.push({ field: 'limits.min', message: 'is 0: with no instance, nothing is served until one has started' })
  const names = new Set<string>()
  policy.rules.forEach((rule, index) => {
    const field = `rules[${index}]`
    if (names.has(rule.name)) errors.push({ field: `${field}.name`, message: `"${rule.name}" is the name of two rules` })
    names.add(rule.name)
    lintRule(rule, { field, policy, errors, warnings })
  })
  lintTimed(policy, errors)
  if (!policy.rules.some((rule) => rule.enabled))
    warnings.push({ field: 'rules', message: 'none is enabled: the number of instances stays as it is' })
  const { windowSeconds, afterOutSeconds } = policy.scaleIn
  if (windowSeconds + afterOutSeconds === 0)
    warnings.push({ field: 'scaleIn', message: 'neither a window nor a hold after scale-out: instances will come and go with the noise' })
  if (policy.fallback !== undefined && policy.fallback > max)
    errors.push({ field: 'fallback', message: `is ${policy.fallback}, above the maximum of ${max}` })
  return { errors, warnings }
}

interface Context extends Linted {
  field: string
  policy: ScalingPolicy
}

function lintRule(rule: ScalingRule, { field, policy, errors, warnings }: Context): void {
  if (rule.kind === 'timed') {
    for (const message of timedFaults(rule)) errors.push({ field: `${field}.when`, message })
    if (rule.min === undefined && rule.max === undefined) errors.push({ field, message: 'sets neither "min" nor "max": give one' })
    if (rule.min !== undefined && rule.max !== undefined && rule.min > rule.max)
      errors.push({ field: `${field}.min`, message: `is ${rule.min} and its own maximum ${rule.max}` })
    if (rule.holidays !== 'any' && policy.holidays.length === 0)
      warnings.push({ field: `${field}.holidays`, message: 'looks at holidays, and the policy has none' })
  }
  if (rule.kind === 'step') {
    rule.steps.forEach((step, index) => {
      const at = `${field}.steps[${index}]`
      if (step.above === undefined && step.below === undefined) errors.push({ field: at, message: 'needs "above" or "below"' })
      if (step.add === 0) errors.push({ field: `${at}.add`, message: 'is 0 and changes nothing' })
      if (step.above !== undefined && step.add < 0) warnings.push({ field: at, message: 'removes instances when the value is high' })
      if (step.below !== undefined && step.above === undefined && step.add > 0)
        warnings.push({ field: at, message: 'adds instances when the value is low' })
    })
    const outs = rule.steps.flatMap(({ above, add }) => (above !== undefined && add > 0 ? [above] : []))
    const ins = rule.steps.flatMap(({ below, add }) => (below !== undefined && add < 0 ? [below] : []))
    if (outs.length > 0 && ins.length > 0 && Math.max(...ins) > Math.min(...outs))
      errors.push({ field: `${field}.steps`, message: 'one value calls for more and for fewer instances: keep the bounds apart' })
  }
  if (rule.kind === 'trend' && (rule.leadSeconds ?? 0) > policy.scaleIn.keepSeconds)
    warnings.push({
      field: `${field}.leadSeconds`,
      message: 'is longer than scaleIn.keepSeconds: instances would be let go that could not be back in time',
    })
}

function lintTimed(policy: ScalingPolicy, errors: InputIssue[]): void {
  policy.rules.forEach((rule, index) => {
    if (rule.kind !== 'timed' || !rule.enabled) return
    const field = `rules[${index}]`
    if (rule.min !== undefined && rule.min > policy.limits.max)
      errors.push({ field: `${field}.min`, message: `is ${rule.min}, above the policy’s maximum of ${policy.limits.max}` })
    if (rule.max !== undefined && rule.max < policy.limits.min)
      errors.push({ field: `${field}.max`, message: `is ${rule.max}, below the policy’s minimum of ${policy.limits.min}` })
    policy.rules.slice(index + 1).forEach((other) => {
      if (other.kind !== 'timed' || !other.enabled || !overlap(rule, other)) return
      const [low, high] = [Math.max(rule.min ?? 0, other.min ?? 0), Math.min(rule.max ?? Infinity, other.max ?? Infinity)]
      if (low > high)
        errors.push({ field, message: `and "${other.name}" can hold at the same time and ask for at least ${low} and at most ${high}` })
    })
  })
}

type TimedRule = Extract<ScalingRule, { kind: 'timed' }>

/** Whether two rules may hold at once. Stated times are compared as written; with a cron time it is always possible. */
function overlap(one: TimedRule, other: TimedRule): boolean {
  if (!('from' in one.when) || !('from' in other.when) || one.zone !== other.zone) return true
  return one.when.from < other.when.to && other.when.from < one.when.to
}
