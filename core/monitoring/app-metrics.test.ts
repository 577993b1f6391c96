import { describe, expect, it } from 'vitest'
import { AppMetrics, MAX_OWN_SERIES } from './app-metrics.ts'
import { parsePrometheusText } from './prometheus-text.ts'

/** Reads pages five seconds apart; what the last one gives, by metric. */
function read(...pages: string[]): Record<string, number> {
  const metrics = new AppMetrics()
  const last = pages.map((page, index) => metrics.read(parsePrometheusText(page), index * 5000)).at(-1) ?? []
  return Object.fromEntries(last.map(({ metric, value }) => [metric, value]))
}

const requests = (good: number, bad?: number) =>
  `http_requests_total{route="/",status="200"} ${good}\n${bad === undefined ? '' : `http_requests_total{route="/",status="503"} ${bad}\n`}`

const histogram = (counts: readonly number[], sum: number) =>
  ['0.1', '0.2', '0.4', '+Inf'].map((le, index) => `http_request_duration_seconds_bucket{le="${le}"} ${counts[index] ?? 0}`).join('\n') +
  `\nhttp_request_duration_seconds_sum ${sum}\nhttp_request_duration_seconds_count ${counts[3] ?? 0}\n`

describe('requests and errors', () => {
  it('says nothing about rates from one page', () => expect(read(requests(100, 5))).toEqual({}))
  it('are rates of the counter, errors those with a status of 5xx', () =>
    expect(read(requests(100, 5), requests(140, 15))).toMatchObject({ requests: 10, errors: 2 }))
  it('counts a label that appears as started from zero', () =>
    expect(read(requests(100), requests(100, 10))).toMatchObject({ requests: 2, errors: 2 }))
  it('has 0 errors where none happened, and none without a status', () => {
    expect(read(requests(0), requests(5))).toMatchObject({ errors: 0 })
    expect(read('http_requests_total 0', 'http_requests_total 5')).not.toHaveProperty('errors')
  })
  it('survives a reset of the counter', () => expect(read(requests(100), requests(20))).toMatchObject({ requests: 4 }))
})

describe('latency', () => {
  it('is the 95th percentile since the page before, in ms, by linear interpolation', () => {
    const found = read(histogram([1000, 1000, 1000, 1000], 5), histogram([1050, 1090, 1100, 1100], 20))
    expect(found.latency).toBeCloseTo(300)
    expect(found['latency-mean']).toBeCloseTo(150)
  })
  it('adds up the buckets of all routes', () => {
    const page = (a: number, b: number) =>
      [['/a', a, a, a], ['/b', 0, b, b]].map(([route, ...counts]) => counts.map((count, index) => `http_request_duration_seconds_bucket{route="${route}",le="${['0.1', '0.2', '+Inf'][index]}"} ${count}`).join('\n')).join('\n') // prettier-ignore
    expect(read(page(0, 0), page(90, 10)).latency).toBeCloseTo(150)
  })
  it('is unknown while there are no requests', () => {
    const idle = histogram([5, 5, 5, 5], 1)
    expect(read(idle, idle)).not.toHaveProperty('latency')
    expect(read(idle, idle)).not.toHaveProperty('latency-mean')
  })
  it('is at least the last bound when it lies above', () =>
    expect(read(histogram([0, 0, 0, 0], 0), histogram([0, 0, 1, 100], 9)).latency).toBe(400))
})

describe('own metrics', () => {
  it('are kept as they are, counters as rates, buckets not at all, by the convention of names', () => {
    const page = (orders: number) =>
      `# TYPE shop_orders_total counter\nshop_orders_total{kind="b",at="x"} ${orders}\nshop_stock 7\nshop_cache_bytes 5\nx_bucket{le="1"} 1\nweird NaN\n`
    const metrics = new AppMetrics()
    metrics.read(parsePrometheusText(page(10)), 0)
    expect(metrics.read(parsePrometheusText(page(20)), 5000)).toEqual([
      { metric: 'app:shop_orders_total{at="x",kind="b"}', unit: '1/s', value: 2 },
      { metric: 'app:shop_stock', unit: '1', value: 7 },
      { metric: 'app:shop_cache_bytes', unit: 'bytes', value: 5 },
    ])
  })
  it('includes the concurrency', () => expect(read('http_requests_in_flight 3')).toMatchObject({ concurrency: 3 }))
  it('leaves out what is older than a minute by its own time', () => {
    const metrics = new AppMetrics()
    const found = metrics.read(parsePrometheusText('old 1 1000\nnew 2 100000'), 100_000)
    expect(found.map(({ metric }) => metric)).toEqual(['app:new'])
  })
  it('stops at a number of series', () => {
    const metrics = new AppMetrics()
    const page = Array.from({ length: MAX_OWN_SERIES + 9 }, (_, index) => `a{i="${index}"} 1`).join('\n')
    expect(metrics.read(parsePrometheusText(page), 0)).toHaveLength(MAX_OWN_SERIES)
    expect(metrics.leftOut).toBe(9)
  })
  it('compares with nothing after a long gap, and ignores a page that is not newer', () => {
    const metrics = new AppMetrics()
    const page = (count: number) => parsePrometheusText(requests(count))
    metrics.read(page(0), 0)
    expect(metrics.read(page(10), 100_000)).toEqual([])
    expect(metrics.read(page(20), 100_000)).toEqual([])
    expect(metrics.read(page(20), 105_000)).toContainEqual({ metric: 'requests', unit: '1/s', value: 2 })
  })
})
