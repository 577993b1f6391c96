import type { Proposal, ScalingDecision, ScalingPolicy, Suppression } from '../../contract/index.ts'
import { fuse, type Fused } from './fuse.ts'
import { boundsOf, clamp, clampToRoom, limitRate } from './limit.ts'
import { instancesFor, propose, targetOf } from './propose.ts'
import { currentOf, type ScalingInputs, type ScalingState, type Situation } from './situation.ts'
import { afterMove, stabilise } from './stabilise.ts'
import { suppress, suppressionsOf } from './suppress.ts'

export interface Decided {
  decision: ScalingDecision
  state: ScalingState
}

/**
 * Decides how many instances there should be, and says why. Pure: the same situation gives the same decision, byte for byte.
 * In order: what each rule wants, what alarms forbid, one number out of all, holding back scale-in, limits of rate, minimum and
 * maximum, quota and room. The value after each of these is part of the answer.
 */
export function decide({ inputs, policy, state }: Situation, now: number): Decided {
  const current = currentOf(inputs.fleet)
  const proposals = propose(inputs, policy, now)
  const suppressions = suppressionsOf(inputs, policy, now)
  const metrics = metricsOf(policy)
  const allowed = suppress(proposals, suppressions, metrics)
  const withFallback = fallback(allowed.proposals, policy, current)
  const fused = pinned(inputs, now) ?? fuse({ ...allowed, proposals: withFallback }, current)
  const isPinned = fused.won === PIN
  const hold = stabilise({ current, fused, ...keepOf(inputs, policy) }, { policy, state }, now)
  const held = isPinned ? { ...hold, wanted: fused.wanted, reason: fused.reason } : hold
  const rated = limitRate(held.wanted, current, { policy, state, now })
  const bounds = boundsOf(policy, proposals)
  const bounded = clamp(rated.wanted, bounds)
  const roomy = clampToRoom(bounded.wanted, current, inputs.room)
  const wanted = roomy.wanted
  const cut = [rated, bounded, roomy].map(({ reason }) => reason).filter((reason) => reason !== '')
  const decision: ScalingDecision = {
    at: now,
    policyVersion: policy.version,
    current,
    wanted,
    direction: wanted > current ? 'out' : wanted < current ? 'in' : 'none',
    reason: [...cut, held.reason].join('; '),
    won: fused.won,
    proposals: withFallback,
    suppressions,
    stages: {
      proposals: highest(proposals, current),
      suppression: highest(withFallback, current),
      fusion: fused.wanted,
      stabilisation: held.wanted,
      rate: rated.wanted,
      limits: bounded.wanted,
      quota: wanted,
    },
    alarms: alarmsOf({ thrashing: held.thrashing, contradiction: bounds.contradiction, suppressions, metrics }),
    admissionLimit: admissionLimit(inputs, { asked: fused.wanted, given: wanted }),
  }
  return { decision, state: afterMove(held.state, { from: current, to: wanted, early: held.early }, { policy, now }) }
}

const PIN = 'pinned by hand'

function pinned({ pin }: ScalingInputs, now: number): Fused | null {
  if (!pin || now >= pin.until) return null
  return { wanted: pin.instances, won: PIN, reason: `${PIN} until ${new Date(pin.until).toISOString()}` }
}

/** While no rule can speak, the fallback may raise the number; it never lowers it. */
function fallback(proposals: Proposal[], policy: ScalingPolicy, current: number): Proposal[] {
  const measured = proposals.filter(({ kind }) => kind !== 'timed')
  if (policy.fallback === undefined || measured.some(({ wanted }) => wanted !== null)) return proposals
  const wanted = Math.max(policy.fallback, current)
  const reason = `nothing is measured; at least ${policy.fallback}`
  return [
    ...proposals,
    { rule: 'fallback', kind: 'fallback', direction: wanted > current ? 'out' : 'none', wanted, min: null, max: null, reason },
  ]
}

const metricsCache = new WeakMap<ScalingPolicy, ReadonlyMap<string, string>>()

/** The metric each enabled rule looks at. */
function metricsOf(policy: ScalingPolicy): ReadonlyMap<string, string> {
  const known = metricsCache.get(policy)
  if (known) return known
  const metrics = new Map(
    policy.rules.flatMap((rule) => (rule.enabled && rule.kind !== 'timed' ? [[rule.name, rule.metric] as const] : [])),
  )
  metricsCache.set(policy, metrics)
  return metrics
}

function keepOf(inputs: ScalingInputs, policy: ScalingPolicy): { keepLikely: number; keepMost: number } {
  const target = targetOf(inputs, policy, {})
  let keepLikely = 0
  let keepMost = 0
  for (const rule of policy.rules) {
    const forecast = inputs.forecasts[rule.name]
    if (rule.kind !== 'trend' || !rule.enabled || rule.mode === 'observe' || !forecast || target === null) continue
    keepLikely = Math.max(keepLikely, instancesFor(forecast.keepLikely, target))
    keepMost = Math.max(keepMost, instancesFor(forecast.keepMost, target))
  }
  return { keepLikely, keepMost }
}

function highest(proposals: readonly Proposal[], current: number): number {
  let most = -1
  for (const { wanted } of proposals) if (wanted !== null && wanted > most) most = wanted
  return most < 0 ? current : most
}

function alarmsOf(found: {
  thrashing: boolean
  contradiction: boolean
  suppressions: readonly Suppression[]
  metrics: ReadonlyMap<string, string>
}): string[] {
  const alarms: string[] = []
  if (found.thrashing) alarms.push('thrashing')
  if (found.contradiction) alarms.push('bounds-contradict')
  if (found.metrics.size > 0 && [...found.metrics.values()].every((metric) => found.suppressions.some((one) => one.metric === metric)))
    alarms.push('no-usable-metric')
  if (found.suppressions.some(({ alarm }) => alarm === 'dependency-saturated')) alarms.push('dependency-saturated')
  return alarms
}

/** Where more is wanted than is given, the balancer should let in no more than what is given can serve. */
function admissionLimit({ capacity }: ScalingInputs, { asked, given }: { asked: number; given: number }): number | null {
  return asked > given && capacity !== null ? given * capacity : null
}
