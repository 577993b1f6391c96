import { Account, ReplayInstances } from '../../core/scaling/index.ts'
import type { ReplayTotals } from '../../core/contract/index.ts'

const SYNC_SECONDS = 15
const TOLERANCE = 0.1
const STABILISATION_SECONDS = 300
const MOST_PODS = 4

export interface HpaOptions {
  rates: Float64Array
  stepSeconds: number
  capacity: number
  utilisation: number
  startDelaySeconds: number
  min: number
  max: number
  /** Wanted share of what one instance can serve. */
  target: number
  /** CPU ends at what an instance can do; a rate of requests does not. */
  metric: 'cpu' | 'rate'
  counted?: { from: number; to: number }
}

/**
 * The documented algorithm of Kubernetes' HorizontalPodAutoscaler v2 with its defaults: every 15 s
 * `ceil(ready × metric / target)`, 10 % tolerance, pods that are not ready count as nothing on the way up, at most four more or
 * twice as many in 15 s, and the highest recommendation of the last 300 s on the way down. Its metric is the mean of the 15 s
 * that ended 15 s ago.
 */
export function replayHpa(options: HpaOptions): ReplayTotals {
  const { rates, stepSeconds, capacity, utilisation, startDelaySeconds, min, max } = options
  const account = new Account({ stepSeconds, startDelaySeconds, capacity, utilisation, min, reversalWithinSeconds: 600 })
  const instances = new ReplayInstances(Math.min(max, account.needed(rates[0] ?? 0)), startDelaySeconds * 1000)
  const every = SYNC_SECONDS / stepSeconds
  const recommended: [step: number, wanted: number][] = []
  for (let step = 0; step < rates.length; step++) {
    const now = step * stepSeconds * 1000
    instances.advance(now)
    const isCounted = !options.counted || (step >= options.counted.from && step < options.counted.to)
    if (step % every === 0 && step >= 2 * every) {
      const wanted = stabilised(recommended, { step, wanted: recommend(instances, options, step), current: instances.ordered, stepSeconds })
      const bounded = Math.max(min, Math.min(max, Math.min(wanted, instances.ordered + Math.max(MOST_PODS, instances.ordered))))
      if (bounded !== instances.ordered) {
        if (isCounted) account.move(now / 1000, bounded - instances.ordered)
        instances.scaleTo(bounded, now)
      }
    }
    if (isCounted) account.step(rates[step] ?? 0, instances)
  }
  return account.totals()
}

function recommend(instances: ReplayInstances, { rates, stepSeconds, capacity, target, metric }: HpaOptions, step: number): number {
  const every = SYNC_SECONDS / stepSeconds
  let load = 0
  for (let index = step - 2 * every; index < step - every; index++) load += (rates[index] ?? 0) / every
  const { ready, ordered } = instances
  const perInstance = load / (Math.max(1, ready) * capacity)
  const ratio = (metric === 'cpu' ? Math.min(1, perInstance) : perInstance) / target
  if (Math.abs(ratio - 1) <= TOLERANCE) return ordered
  if (ratio < 1 || ordered === ready) return Math.ceil(ratio * ready - 1e-9)
  const withStarting = (ratio * ready) / ordered
  return withStarting <= 1 + TOLERANCE ? ordered : Math.ceil(withStarting * ordered - 1e-9)
}

function stabilised(
  recommended: [number, number][],
  { step, wanted, current, stepSeconds }: { step: number; wanted: number; current: number; stepSeconds: number },
): number {
  recommended.push([step, wanted])
  while ((recommended[0]?.[0] ?? step) <= step - STABILISATION_SECONDS / stepSeconds) recommended.shift()
  return wanted >= current ? wanted : Math.min(current, Math.max(...recommended.map(([, one]) => one)))
}

export interface FrontierPoint {
  target: number
  totals: ReplayTotals
}

/** HPA on the rate of requests with every target from 30 to 84 % of what an instance can serve. */
export function hpaFrontier(options: Omit<HpaOptions, 'target' | 'metric'>): FrontierPoint[] {
  const targets = Array.from({ length: 28 }, (_, index) => 0.3 + index * 0.02)
  return targets.map((target) => ({ target, totals: replayHpa({ ...options, target, metric: 'rate' }) }))
}

/** What the frontier reaches for the same instance-hours, between its two nearest points; beyond its ends, the end. */
export function atCost(frontier: readonly FrontierPoint[], cost: number, value: (totals: ReplayTotals) => number): number {
  const byCost = [...frontier].sort((one, other) => one.totals.costOverOracle - other.totals.costOverOracle)
  const above = byCost.findIndex(({ totals }) => totals.costOverOracle >= cost)
  const high = byCost[above < 0 ? byCost.length - 1 : above]
  const low = byCost[above <= 0 ? (above < 0 ? byCost.length - 1 : 0) : above - 1]
  if (!high || !low) return Number.NaN
  const width = high.totals.costOverOracle - low.totals.costOverOracle
  const share = width === 0 ? 0 : (cost - low.totals.costOverOracle) / width
  return value(low.totals) + share * (value(high.totals) - value(low.totals))
}
