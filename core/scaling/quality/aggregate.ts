import type { MetricFault } from '../../contract/index.ts'
import type { Reading } from '../decide/situation.ts'

/** One metric of one instance, judged already. */
export interface InstanceValue {
  instance: string
  at: number
  /** Null where nothing usable was measured. */
  value: number | null
  /** When the instance began to serve. */
  readyAt: number
}

export interface AggregateOptions {
  metric: string
  now: number
  warmUpMs: number
  staleAfterMs: number
}

/** A value this many times the median counts as that: one wild instance then adds one at most. */
const WILD = 2
/** From so many values on, a median says what is usual. */
const LEAST_FOR_MEDIAN = 3

/**
 * Puts one metric of all instances together. Instances that warm up are not measured; stale and missing ones are counted as
 * absent, never as zero; single wild values are cut to what the others make believable.
 */
export function aggregate(values: readonly InstanceValue[], { metric, now, warmUpMs, staleAfterMs }: AggregateOptions): Reading {
  const warm = values.filter(({ readyAt }) => now - readyAt >= warmUpMs)
  const usable = warm.filter((one): one is InstanceValue & { value: number } => one.value !== null && now - one.at <= staleAfterMs)
  const at = usable.reduce((oldest, one) => Math.min(oldest, one.at), now)
  if (usable.length === 0) {
    const fault: MetricFault = warm.some(({ value }) => value !== null) ? 'stale' : 'missing'
    const since = warm.reduce((latest, one) => Math.max(latest, one.at), 0) || now
    return { metric, at: since, total: null, counted: 0, covers: 'instances', faults: [{ fault, since }] }
  }
  const most = usable.length >= LEAST_FOR_MEDIAN ? WILD * median(usable.map(({ value }) => value)) : Infinity
  const total = usable.reduce((sum, { value }) => sum + Math.min(value, most), 0)
  const wild = usable.filter(({ value }) => value > most && most > 0).length
  return {
    metric,
    at,
    total,
    counted: usable.length,
    covers: 'instances',
    faults: wild > usable.length / 4 ? [{ fault: 'outlier', since: now }] : [],
  }
}

function median(values: number[]): number {
  const sorted = values.sort((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}
