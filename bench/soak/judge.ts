import { quantile, round } from '../report.ts'
import type { Sample } from './sample.ts'

/** What must not grow, and by how much it may for the verdict "flat". */
interface Watched {
  metric: string
  unit: string
  /** One value of each window; noise that is not growth (garbage not yet collected) is left behind by how it is chosen. */
  of: (window: readonly Sample[]) => number
  /** Growth an hour that still counts as flat, as a share of the mean. */
  mayGrowShare: number
}

export interface Verdict {
  metric: string
  unit: string
  mean: number
  perHour: number
  /** Growth an hour as a share of the mean, percent. */
  percentPerHour: number
  threshold: string
  flat: boolean
}

const WINDOW_MINUTES = 5
const MIB = 2 ** 20

const WATCHED: readonly Watched[] = [
  { metric: 'rss', unit: 'MiB', of: (window) => mean(window.map(({ rssBytes }) => rssBytes / MIB)), mayGrowShare: 0.03 },
  { metric: 'heap-floor', unit: 'MiB', of: (window) => Math.min(...window.map(({ heapBytes }) => heapBytes / MIB)), mayGrowShare: 0.03 },
  { metric: 'handles', unit: 'handles', of: (window) => mean(window.map(({ handles }) => handles)), mayGrowShare: 0.02 },
  { metric: 'event-lag-p50', unit: 'ms', of: (window) => median(window, ({ lagMs }) => lagMs.p50), mayGrowShare: 0.1 },
  { metric: 'event-lag-p95', unit: 'ms', of: (window) => median(window, ({ lagMs }) => lagMs.p95), mayGrowShare: 0.1 },
  {
    metric: 'list-p95',
    unit: 'ms',
    of: (window) =>
      median(
        window.filter(({ listP95Ms }) => listP95Ms > 0),
        ({ listP95Ms }) => listP95Ms,
      ),
    mayGrowShare: 0.1,
  },
]

/** The first part of a soak fills caches and pools: a quarter of it, 20 minutes at most. */
export function warmUpMinutes(samples: readonly Sample[]): number {
  return Math.min(20, (samples.at(-1)?.minutes ?? 0) / 4)
}

/** What grew after the warm-up, by linear regression over windows of five minutes. */
export function judge(samples: readonly Sample[]): Verdict[] {
  const from = warmUpMinutes(samples)
  const windows = windowsOf(samples.filter(({ minutes }) => minutes >= from))
  return WATCHED.map(({ metric, unit, of, mayGrowShare }) => {
    const points = windows
      .map((window) => ({ x: mean(window.map(({ minutes }) => minutes / 60)), y: of(window) }))
      .filter(({ y }) => Number.isFinite(y))
    const average = mean(points.map(({ y }) => y))
    const perHour = slope(points)
    return {
      metric,
      unit,
      mean: round(average, 2),
      perHour: round(perHour, 3),
      percentPerHour: round(average === 0 ? 0 : (perHour / average) * 100, 2),
      threshold: `at most ${mayGrowShare * 100} % of the mean an hour`,
      flat: perHour <= average * mayGrowShare,
    }
  })
}

/** The event log keeps everything, so its file grows with what happens; this is by how much for each event. */
export function bytesPerEvent(samples: readonly Sample[]): number {
  return slope(samples.map(({ eventSeq, databaseBytes }) => ({ x: eventSeq, y: databaseBytes })))
}

export function slopePerHour(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return slope(samples.map((sample) => ({ x: sample.minutes / 60, y: of(sample) })))
}

function windowsOf(samples: readonly Sample[]): Sample[][] {
  const size = Math.min(WINDOW_MINUTES, (samples.at(-1)?.minutes ?? 0) / 10)
  return [...Map.groupBy(samples, ({ minutes }) => Math.floor(minutes / Math.max(size, 0.01))).values()]
}

function median(window: readonly Sample[], of: (sample: Sample) => number): number {
  const values = window.map(of).filter((value) => value > 0)
  return values.length === 0 ? Number.NaN : quantile(values, 0.5)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Least squares. */
function slope(points: readonly { x: number; y: number }[]): number {
  const x = mean(points.map((point) => point.x))
  const y = mean(points.map((point) => point.y))
  const across = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0)
  return across === 0 ? 0 : points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / across
}
