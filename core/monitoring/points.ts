import type { Series } from '../contract/index.ts'
import { presence, withGaps, type Slot } from './rollup.ts'
import type { KnownSeries } from './series.table.ts'

export type Aggregate = 'sum' | 'mean' | 'max'

export interface Measured {
  series: KnownSeries
  slots: readonly Slot[]
}

interface View {
  stepMs: number
  now: number
}

/** One series for each instance: the mean of each slot. */
export function each(measured: readonly Measured[], { stepMs }: View): Series[] {
  return measured.map(({ series: { metric, unit, instance, app, host }, slots }) => ({
    metric,
    unit,
    instance,
    app,
    host,
    points: withGaps(
      slots.map((slot) => [slot.at, slot.sum / slot.count]),
      stepMs,
    ),
  }))
}

/** One series of all instances: the sum or mean of their means, or the highest value that any of them had. */
export function combine(
  measured: readonly Measured[],
  of: { aggregate: string; app?: string | undefined; host?: string | undefined },
  view: View,
): Series[] {
  const [first] = measured
  if (!first) return []
  const byTime = Map.groupBy(
    measured.flatMap(({ slots }) => slots),
    (slot) => slot.at,
  )
  const points = [...byTime].sort(([a], [b]) => a - b).map(([at, slots]) => [at, valueOf(slots, of.aggregate, view)] as const)
  const { metric, unit } = first.series
  return [{ metric, unit, instance: null, app: of.app ?? null, host: of.host ?? null, points: withGaps(points, view.stepMs) }]
}

function valueOf(slots: readonly Slot[], aggregate: string, { stepMs, now }: View): number {
  const means = slots.map((slot) => slot.sum / slot.count)
  if (aggregate === 'max') return slots.reduce((highest, slot) => Math.max(highest, slot.max), -Infinity)
  if (aggregate === 'mean') return means.reduce((sum, mean) => sum + mean, 0) / means.length
  return slots.reduce((sum, slot, index) => sum + (means[index] ?? 0) * presence(slot, stepMs, now), 0)
}
