import { describe, expect, it } from 'vitest'
import { aggregate, type InstanceValue } from './aggregate.ts'
import { ContradictionWatch } from './contradiction.ts'
import { SeriesWatch } from './series-watch.ts'

const INTERVAL = 5000
const watchOf = () => new SeriesWatch({ intervalMs: INTERVAL, staleAfterIntervals: 3, most: 1e9 })
const feed = (watch: SeriesWatch, values: (number | null)[], from = 0) =>
  values.map((value, index) => watch.next((from + index) * INTERVAL, value, (from + index) * INTERVAL + 1000))
const varied = (count: number) => Array.from({ length: count }, (_, index) => 100 + ((index * 37) % 50))
const faultsOf = (judged: { faults: { fault: string }[] } | undefined) => judged?.faults.map(({ fault }) => fault)

describe('one series', () => {
  it('a value that does not come is kept for three intervals, then stale; never zero', () => {
    const judged = feed(watchOf(), [100, null, null, null, null, null])
    expect(judged[2]).toMatchObject({ value: 100, faults: [] })
    expect(judged[3]?.value).toBeNull()
    expect(faultsOf(judged[5])).toEqual(['stale'])
  })

  it.each([Number.NaN, -1, Infinity, 2e9])('9: %d is impossible and not used', (value) => {
    const judged = feed(watchOf(), [...varied(20), value])
    expect(faultsOf(judged.at(-1))).toEqual(['impossible'])
    expect(judged.at(-1)?.usable).toBeNull()
  })

  it('9: a value a thousand times the usual one is another unit', () => {
    expect(faultsOf(feed(watchOf(), [...varied(20), 120_000]).at(-1))).toEqual(['unit-jump'])
    expect(faultsOf(feed(watchOf(), [...varied(20), 2400]).at(-1))).toEqual([])
  })

  it('12: a source whose clock runs ahead or goes back', () => {
    const watch = watchOf()
    feed(watch, varied(5))
    expect(faultsOf(watch.next(25_000 + 60_000, 100, 25_000))).toEqual(['clock-skew'])
    expect(faultsOf(watch.next(5000, 100, 30_000))).toEqual(['clock-skew'])
  })

  it('12: a series that varied and stands still is not measured; one that always stood still may be', () => {
    expect(faultsOf(feed(watchOf(), [...varied(30), ...new Array<number>(130).fill(7)]).at(-1))).toEqual(['flat-line'])
    expect(faultsOf(feed(watchOf(), new Array<number>(300).fill(7)).at(-1))).toEqual([])
  })

  it('10: a load that was never silent and is nothing at once is a fault; a quiet app may be silent', () => {
    expect(faultsOf(feed(watchOf(), [...varied(70), 0]).at(-1))).toEqual(['flat-line'])
    expect(faultsOf(feed(watchOf(), [...varied(70), 0, 0, 0, 90]).at(-1))).toEqual([])
    const quiet = Array.from({ length: 100 }, (_, index) => (index % 9 === 0 ? 0 : 3))
    expect(faultsOf(feed(watchOf(), [...quiet, 0]).at(-1))).toEqual([])
  })
})

describe('many instances', () => {
  const NOW = 1_000_000
  const of = (values: (number | null)[], more: Partial<InstanceValue> = {}): InstanceValue[] =>
    values.map((value, index) => ({ instance: String(index), at: NOW - 5000, value, readyAt: 0, ...more }))
  const options = { metric: 'cpu', now: NOW, warmUpMs: 30_000, staleAfterMs: 15_000 }

  it('9: one at ten times the median adds one instance at most', () => {
    expect(aggregate(of([100, 100, 100, 100, 1000]), options)).toMatchObject({ total: 600, counted: 5, faults: [] })
  })

  it('11: those that warm up are not measured', () => {
    const warming = of([1000], { readyAt: NOW - 10_000 })
    expect(aggregate([...of([100, 100, 100]), ...warming], options)).toMatchObject({ total: 300, counted: 3 })
  })

  it('8: stale and missing ones are absent, not zero', () => {
    const old = of([100], { at: NOW - 20_000 })
    expect(aggregate([...of([100, null, 100]), ...old], options)).toMatchObject({ total: 200, counted: 2 })
    expect(aggregate(old, options)).toMatchObject({ total: null, faults: [{ fault: 'stale' }] })
    expect(aggregate([], options)).toMatchObject({ total: null, faults: [{ fault: 'missing' }] })
  })
})

it('12: CPU and requests that contradict each other are noticed, drift is not', () => {
  const watch = new ContradictionWatch()
  for (let index = 0; index < 200; index++) expect(watch.next(1000 + index * 5, 500, 1)).toBe(false)
  expect(watch.next(2000, 2, 1)).toBe(true)
  expect(watch.next(20, 500, 1)).toBe(true)
  expect(watch.next(2100, 480, 1)).toBe(false)
})
