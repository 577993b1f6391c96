import type { EChartsOption } from 'echarts/types/dist/shared'
import type { Tokens } from '../../app/theme/tokens.ts'
import { axisScale } from './axis-scale.ts'
import { FONT } from '../../app/theme/naive-overrides.ts'
import type { Format } from '../format/format.ts'

export interface ChartLine {
  name: string
  points: readonly (readonly [number, number | null])[]
  /** A limit rather than a measurement: drawn dashed and without area. */
  limit?: boolean
}

/** A moment worth knowing, such as a new revision. */
export interface ChartMark {
  at: number
  label: string
}

export interface ChartInput {
  lines: readonly ChartLine[]
  marks?: readonly ChartMark[]
  unit: string
  from: number
  to: number
  tokens: Tokens
  format: Format
}

interface TooltipItem {
  seriesName: string
  color: string
  value: [number, number | null]
}

/** Text as it is: names of instances and metrics come from outside and must not become markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function tooltip(items: TooltipItem[], { format, unit }: ChartInput): string {
  const first = items[0]
  if (!first) return ''
  const rows = items
    .filter((item) => item.value[1] !== null)
    .sort((one, other) => (other.value[1] ?? 0) - (one.value[1] ?? 0))
    .slice(0, 12)
    .map(
      (item) =>
        `<div style="display:flex;gap:12px;justify-content:space-between"><span><b style="color:${item.color}">■</b> ${escaped(item.seriesName)}</span><b>${format.measured(item.value[1] ?? 0, unit)}</b></div>`,
    )
  return `<div>${format.dayTime(first.value[0])}</div>${rows.join('')}`
}

function largest(lines: readonly ChartLine[]): number {
  let most = 0
  for (const line of lines) for (const [, value] of line.points) if (value !== null && value > most) most = value
  return most
}

function markLine({ marks = [], tokens, from, to }: ChartInput) {
  const shown = marks.filter(({ at }) => at >= from && at <= to)
  if (shown.length === 0) return {}
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: tokens.muted, type: 'dashed' as const, width: 1 },
      label: { color: tokens.muted, fontFamily: FONT, fontSize: 11, distance: 1, formatter: ({ name }: { name: string }) => name },
      data: shown.map(({ at, label }) => ({ xAxis: at, name: label })),
    },
  }
}

/** What echarts draws: time across, the unit's amounts upwards from zero, gaps where nothing was measured. */
export function chartOption(input: ChartInput): EChartsOption {
  const { tokens, format, unit } = input
  const label = { color: tokens.muted, fontFamily: FONT, fontSize: 11 }
  const scale = axisScale(largest(input.lines), unit)
  const single = input.lines.length === 1
  return {
    animation: false,
    color: [...tokens.series],
    grid: { left: 4, right: 12, top: input.marks?.length ? 18 : 10, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: tokens.raised,
      borderColor: tokens.border,
      textStyle: { color: tokens.text, fontFamily: FONT, fontSize: 12 },
      axisPointer: { lineStyle: { color: tokens.muted } },
      formatter: (items) => tooltip((Array.isArray(items) ? items : [items]) as unknown as TooltipItem[], input),
    },
    xAxis: {
      type: 'time',
      min: input.from,
      max: input.to,
      splitNumber: 4,
      axisLabel: { ...label, hideOverlap: true },
      axisLine: { lineStyle: { color: tokens.border } },
      axisTick: { lineStyle: { color: tokens.border } },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: scale.max,
      interval: scale.step,
      axisLabel: { ...label, formatter: (value: number) => format.measured(value, unit) },
      splitLine: { lineStyle: { color: tokens.border, opacity: 0.6 } },
    },
    series: input.lines.map((line, index) => ({
      type: 'line' as const,
      name: line.name,
      data: line.points.map(([at, value]) => [at, value]),
      // A line needs two points; until then they are dots.
      showSymbol: line.points.filter(([, value]) => value !== null).length < 3,
      symbolSize: 5,
      lineStyle: { width: 1.8, ...(line.limit ? { type: 'dashed' as const } : {}) },
      ...(single ? { areaStyle: { opacity: 0.12 } } : {}),
      emphasis: { disabled: true },
      sampling: 'lttb' as const,
      ...(index === 0 ? markLine(input) : {}),
    })),
  }
}
