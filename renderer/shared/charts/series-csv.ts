import type { Series } from '../../../core/contract/index.ts'

/** Names come from outside: quoted, and never taken for a formula by a spreadsheet. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}

/** Measured values as CSV: one row for each time, one column for each line; empty where nothing was measured. */
export function seriesCsv(series: readonly Series[]): string {
  const titles = series.map((one) => cell(`${one.instance ?? one.app ?? one.host ?? one.metric}${one.unit === '' ? '' : ` [${one.unit}]`}`))
  const columns = series.map((one) => new Map(one.points))
  const times = [...new Set(series.flatMap((one) => one.points.map(([at]) => at)))].sort((one, other) => one - other)
  const rows = times.map((at) => [new Date(at).toISOString(), ...columns.map((values) => values.get(at) ?? '')].join(','))
  return `${[['time', ...titles].join(','), ...rows].join('\r\n')}\r\n`
}
