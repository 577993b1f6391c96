import type { Series } from '../../../core/contract/index.ts'

/** Name of a metric as people know it; an app's own metrics keep the name the app gave them. */
export function metricTitle(metric: string, t: (key: string) => string, te: (key: string) => boolean): string {
  if (metric.startsWith('app:')) return metric.slice('app:'.length)
  return te(`status.metric.${metric}`) ? t(`status.metric.${metric}`) : metric
}

/** The newest value: of one series, or of several put together the way the chart does. */
export function latestValue(series: readonly Series[], aggregate: 'none' | 'sum' | 'mean' | 'max'): number | null {
  const values = series.flatMap((one) => one.points.findLast(([, value]) => value !== null)?.[1] ?? [])
  if (values.length === 0) return null
  if (values.length === 1) return values[0] ?? null
  return aggregate === 'none' ? null : values.reduce((sum, value) => sum + value, 0)
}
