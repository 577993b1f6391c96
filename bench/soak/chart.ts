import { LineChart, type LineSeriesOption } from 'echarts/charts'
import { GridComponent, TitleComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Sample } from './sample.ts'

use([LineChart, GridComponent, TitleComponent, SVGRenderer])

const WIDTH = 960
const ROW_HEIGHT = 150
const MIB = 2 ** 20

const ROWS: readonly { title: string; of: (sample: Sample) => number | null }[] = [
  { title: 'Resident memory, MiB', of: ({ rssBytes }) => rssBytes / MIB },
  { title: 'Heap in use, MiB', of: ({ heapBytes }) => heapBytes / MIB },
  { title: 'Open handles', of: ({ handles }) => handles },
  { title: 'CPU of the core, % of one', of: ({ cpuPercent }) => cpuPercent.core },
  { title: 'Event lag p95, ms', of: ({ lagMs }) => (lagMs.count === 0 ? null : lagMs.p95) },
  { title: 'List page p95, ms', of: ({ listP95Ms }) => listP95Ms },
  { title: 'Database, MiB', of: ({ databaseBytes }) => databaseBytes / MIB },
  { title: 'Instances running', of: ({ running }) => running },
]

/** One small chart below the other over the same time, as SVG. */
export function drawChart(samples: readonly Sample[]): string {
  const height = ROWS.length * ROW_HEIGHT + 20
  const chart = init(null, undefined, { renderer: 'svg', ssr: true, width: WIDTH, height })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: ROWS.map(({ title }, row) => ({
      text: title,
      left: 8,
      top: row * ROW_HEIGHT + 6,
      textStyle: { fontSize: 13, fontWeight: 'normal' },
    })),
    grid: ROWS.map((_, row) => ({ left: 64, right: 16, top: row * ROW_HEIGHT + 32, height: ROW_HEIGHT - 58 })),
    xAxis: ROWS.map((_, row) => ({
      type: 'value',
      gridIndex: row,
      min: 0,
      max: 'dataMax',
      axisLabel: { formatter: '{value} min' },
      splitLine: { show: false },
    })),
    yAxis: ROWS.map((_, row) => ({ type: 'value', gridIndex: row, min: 0, splitNumber: 2 })),
    series: ROWS.map(({ of }, row): LineSeriesOption => ({
      type: 'line',
      xAxisIndex: row,
      yAxisIndex: row,
      showSymbol: false,
      connectNulls: true,
      lineStyle: { width: 1 },
      data: samples.map((sample) => [sample.minutes, of(sample)]),
    })),
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return svg
}
