import { METRICS } from '../contract/index.ts'
import { Counters } from './counters.ts'
import { seriesName, type Page, type Sample } from './prometheus-text.ts'

export interface Measurement {
  metric: string
  unit: string
  value: number
}

/** Own series of one instance that are kept; what comes after is left out, so that labels gone wild cannot fill the disk. */
export const MAX_OWN_SERIES = 500
/** Longest name of a metric that the contract can ask for. */
const MAX_NAME = 200
/** Samples that say they are older are left out: the application has stopped updating them. */
const STALE_AFTER_MS = 60_000

const DURATION = 'http_request_duration_seconds'
const STATUS_LABELS = ['status', 'code', 'status_code']

/**
 * What an instance's own page of metrics says: the standard ones where well-known names are present, and every gauge and
 * counter under "app:<name>", counters as rates. One per instance, since rates need the page before.
 */
export class AppMetrics {
  readonly #counters = new Counters()
  /** Own series that were left out of the last page. */
  leftOut = 0

  read(page: Page, at: number): Measurement[] {
    if (!this.#counters.begin(at)) return []
    const fresh = page.samples.filter((sample) => sample.at === null || Math.abs(at - sample.at) <= STALE_AFTER_MS)
    const rates = new Map<Sample, number>()
    const increases = new Map<Sample, number>()
    for (const sample of fresh) {
      if (!isCounter(sample.name, page.types)) continue
      const name = seriesName(sample.name, sample.labels)
      const increase = this.#counters.increase(name, sample.value)
      const rate = this.#counters.rate(name, sample.value)
      if (increase !== null) increases.set(sample, increase)
      if (rate !== null) rates.set(sample, rate)
    }
    return [...standard(fresh, { rates, increases }), ...this.#own(fresh, page, rates)]
  }

  #own(samples: readonly Sample[], page: Page, rates: ReadonlyMap<Sample, number>): Measurement[] {
    const own: Measurement[] = []
    for (const sample of samples) {
      const metric = `app:${seriesName(sample.name, sample.labels)}`
      if (metric.length > MAX_NAME || sample.name.endsWith('_bucket')) continue
      const counter = isCounter(sample.name, page.types)
      const value = counter ? rates.get(sample) : sample.value
      if (value !== undefined && Number.isFinite(value)) own.push({ metric, unit: unitOf(sample.name, counter), value })
    }
    this.leftOut = Math.max(0, own.length - MAX_OWN_SERIES)
    return own.slice(0, MAX_OWN_SERIES)
  }
}

function isCounter(name: string, types: ReadonlyMap<string, string>): boolean {
  if (name === `${DURATION}_sum`) return true
  const family = name.replace(/_(bucket|sum|count)$/, '')
  const familyType = types.get(family)
  if (family !== name && (familyType === 'histogram' || familyType === 'summary')) return true
  const type = types.get(name)
  return type === undefined || type === 'untyped' ? /_(total|bucket|count)$/.test(name) : type === 'counter'
}

/** Prometheus' naming rules put the base unit at the end of the name. */
function unitOf(name: string, counter: boolean): string {
  const base = /_(bytes|seconds|ratio|celsius)(?:_total|_sum)?$/.exec(name)?.[1]
  const unit = base === undefined ? '1' : base === 'seconds' ? 's' : base
  return counter ? `${unit}/s` : unit
}

interface Growth {
  rates: ReadonlyMap<Sample, number>
  increases: ReadonlyMap<Sample, number>
}

function standard(samples: readonly Sample[], { rates, increases }: Growth): Measurement[] {
  const found: Measurement[] = []
  const put = (metric: keyof typeof METRICS, value: number | null) => {
    if (value !== null) found.push({ metric, unit: METRICS[metric], value })
  }
  const requests = samples.filter((sample) => sample.name === 'http_requests_total')
  const statusOf = ({ labels }: Sample) => STATUS_LABELS.map((label) => labels[label]).find((status) => status !== undefined)
  put('requests', total(requests, rates))
  if (requests.some((sample) => statusOf(sample) !== undefined))
    put(
      'errors',
      total(requests, rates) === null
        ? null
        : (total(
            requests.filter((sample) => statusOf(sample)?.startsWith('5')),
            rates,
          ) ?? 0),
    )
  const inFlight = samples.filter(
    (sample) => sample.name === 'http_requests_in_flight' && Number.isFinite(sample.value) && sample.value >= 0,
  )
  if (inFlight.length > 0)
    put(
      'concurrency',
      inFlight.reduce((sum, sample) => sum + sample.value, 0),
    )
  const p95 = quantile(
    0.95,
    samples.filter((sample) => sample.name === `${DURATION}_bucket`),
    increases,
  )
  put('latency', p95 === null ? null : p95 * 1000)
  const growthOf = (suffix: string) =>
    total(
      samples.filter((sample) => sample.name === `${DURATION}_${suffix}`),
      increases,
    )
  const count = growthOf('count')
  const sum = growthOf('sum')
  if (count !== null && sum !== null && count > 0) found.push({ metric: 'latency-mean', unit: 'ms', value: (sum / count) * 1000 })
  return found
}

/** Sum over the samples whose growth is known; null when there is none. */
function total(samples: readonly Sample[], growth: ReadonlyMap<Sample, number>): number | null {
  const known = samples.flatMap((sample) => growth.get(sample) ?? [])
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** Prometheus' histogram_quantile over what was added since the page before; null when nothing was. */
export function quantile(share: number, buckets: readonly Sample[], increases: ReadonlyMap<Sample, number>): number | null {
  const byBound = new Map<number, number>()
  for (const bucket of buckets) {
    const increase = increases.get(bucket)
    const bound = bucket.labels.le === '+Inf' ? Infinity : Number(bucket.labels.le ?? NaN)
    if (increase !== undefined && !Number.isNaN(bound)) byBound.set(bound, (byBound.get(bound) ?? 0) + increase)
  }
  const sorted = [...byBound].sort(([a], [b]) => a - b)
  const [lastBound, all] = sorted.at(-1) ?? [0, 0]
  if (lastBound !== Infinity || all <= 0) return null
  const rank = share * all
  const at = sorted.findIndex(([, count]) => count >= rank)
  const [bound, count] = sorted[at] ?? [Infinity, all]
  const [lower, below] = sorted[at - 1] ?? [0, 0]
  // Above the last finite bound nothing is known but that bound.
  if (bound === Infinity) return at > 0 ? lower : null
  return count === below ? bound : lower + (bound - lower) * ((rank - below) / (count - below))
}
