import type { EChartsOption } from 'echarts/types/dist/shared'
import type { Tokens } from '../../../app/theme/tokens.ts'
import type { Format } from '../../../shared/format/format.ts'

export interface SparkInput {
  points: readonly (readonly [number, number | null])[]
  from: number
  to: number
  unit: string
  tokens: Tokens
  format: Format
}

interface Hovered {
  value: [number, number | null]
}

/** A line from zero without axes; what a point says is told when it is pointed at. */
export function sparkOption({ points, from, to, unit, tokens, format }: SparkInput): EChartsOption {
  const colour = tokens.series[0] ?? tokens.accent
  return {
    animation: false,
    color: [colour],
    grid: { left: 2, right: 2, top: 6, bottom: 2 },
    xAxis: { type: 'time', show: false, min: from, max: to },
    yAxis: { type: 'value', show: false, min: 0 },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: tokens.raised,
      borderColor: tokens.border,
      textStyle: { color: tokens.text, fontSize: 12 },
      axisPointer: { lineStyle: { color: tokens.muted } },
      formatter: (items) => {
        const [first] = (Array.isArray(items) ? items : [items]) as unknown as Hovered[]
        const [at, value] = first?.value ?? [from, null]
        return `${format.dayTime(at)} · ${value === null ? '–' : format.measured(value, unit)}`
      },
    },
    series: [
      {
        type: 'line',
        data: points.map(([at, value]) => [at, value]),
        showSymbol: points.filter(([, value]) => value !== null).length < 3,
        symbolSize: 4,
        lineStyle: { width: 1.6 },
        areaStyle: { opacity: 0.14 },
        sampling: 'lttb',
      },
    ],
  }
}
