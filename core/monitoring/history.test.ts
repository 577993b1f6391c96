import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../base/clock.ts'
import { openMetricsDatabase } from '../store/index.ts'
import { History, type SeriesQuery } from './history.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

let clock: FakeClock
let dir: string
let file: string
let history: History

beforeEach(async () => {
  clock = new FakeClock()
  dir = await mkdtemp(join(tmpdir(), 'spacefort-history-'))
  file = join(dir, 'metrics.db')
  history = await History.open(file, clock)
})
afterEach(async () => {
  await history.close()
  await rm(dir, { recursive: true })
})

const source = (instance: string) => ({ instance, app: 'shop', host: instance.startsWith('a') ? 'alpha' : 'beta' })
const record = (instance: string, value: number, metric = 'cpu') =>
  history.record(source(instance), clock.now(), [{ metric, unit: 'millicores', value }])
const ask = (change: Partial<SeriesQuery> = {}) =>
  history.query({ metric: 'cpu', app: 'shop', from: clock.now() - HOUR, to: clock.now() + 1, aggregate: 'none', ...change })
const values = async (change: Partial<SeriesQuery> = {}) => (await ask(change)).series[0]?.points.map(([, value]) => value)

/** Measures for some time, every five seconds, writing as the collector does. */
async function measure(ms: number, instances: Record<string, number>): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5000) {
    for (const [instance, value] of Object.entries(instances)) record(instance, value)
    clock.advance(5000)
    await history.flush()
  }
}

async function rowsOf(table: 'rollups_10s' | 'rollups_1m' | 'rollups_10m' | 'series'): Promise<number> {
  const { db } = await openMetricsDatabase(file)
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  await db.destroy()
  return count
}

describe('query', () => {
  it('shows what was just measured, before anything is written', async () => {
    record('a1', 10)
    clock.advance(5000)
    record('a1', 20)
    expect(await ask()).toEqual({
      stepMs: 10_000,
      series: [{ metric: 'cpu', unit: 'millicores', instance: 'a1', app: 'shop', host: 'alpha', points: [[clock.now() - 5000, 15]] }],
    })
  })

  it('gives each slot once, written or not', async () => {
    await measure(30_000, { a1: 4 })
    record('a1', 8)
    expect(await values()).toEqual([4, 4, 4, 8])
    await history.flush({ all: true })
    expect(await values()).toEqual([4, 4, 4, 8])
    clock.advance(5000)
    record('a1', 12)
    expect(await values()).toEqual([4, 4, 4, 10])
  })

  it('shows null where nothing was measured, never zero', async () => {
    await measure(10_000, { a1: 1 })
    clock.advance(20_000)
    await measure(10_000, { a1: 2 })
    expect(await values()).toEqual([1, null, null, 2])
  })

  it('leaves out values that are none', async () => {
    record('a1', NaN)
    record('a1', Infinity)
    expect((await ask()).series).toEqual([])
  })

  it('puts instances together: sum, mean, highest', async () => {
    record('a1', 10)
    record('b1', 30)
    clock.advance(5000)
    record('b1', 50)
    const all = { aggregate: 'sum' } as const
    expect(await values(all)).toEqual([50])
    expect(await values({ aggregate: 'mean' })).toEqual([25])
    expect(await values({ aggregate: 'max' })).toEqual([50])
    expect((await ask(all)).series[0]).toMatchObject({ instance: null, app: 'shop', host: null, unit: 'millicores' })
    expect(await values({ ...all, app: undefined, host: 'alpha' })).toEqual([10])
    expect(await values({ ...all, instance: 'b1' })).toEqual([40])
    expect(await ask({ ...all, app: 'other' })).toEqual({ stepMs: 10_000, series: [] })
  })

  it('does not count instances double that replace each other within one slot', async () => {
    clock.advance(DAY)
    await measure(5 * MINUTE, { a1: 100 })
    await measure(5 * MINUTE, { b1: 100 })
    const { stepMs, series } = await ask({ from: clock.now() - 10 * DAY, aggregate: 'sum' })
    expect(stepMs).toBe(600_000)
    const [[, value] = []] = series[0]?.points ?? []
    expect(value).toBeGreaterThanOrEqual(100)
    expect(value).toBeLessThanOrEqual(130)
  })

  it('gets coarser with range and age', async () => {
    await measure(3 * MINUTE, { a1: 5 })
    expect(await values({ from: clock.now() - DAY })).toEqual([5, 5, 5])
    expect(await values({ from: clock.now() - 30 * DAY })).toEqual([5])
  })

  it('refuses an empty range', async () => expect(ask({ from: 5, to: 5 })).rejects.toThrow('"from" must be before "to"'))
})

describe('what is kept', () => {
  it('survives a core that is killed, all but the running slot', async () => {
    await measure(20_000, { a1: 7 })
    record('a1', 9)
    const other = await History.open(file, clock)
    const { series } = await other.query({ metric: 'cpu', from: 0, to: clock.now() + 1, aggregate: 'none' })
    expect(series[0]?.points).toHaveLength(1)
    const fine = await other.query({ metric: 'cpu', from: clock.now() - HOUR, to: clock.now() + 1, aggregate: 'none' })
    expect(fine.series[0]?.points.map(([, value]) => value)).toEqual([7, 7])
    await other.close()
  })

  it('goes on in the same slots after a restart', async () => {
    await measure(20_000, { a1: 1 })
    record('a1', 1)
    await history.close()
    history = await History.open(file, clock)
    await measure(35_000, { a1: 3 })
    await history.flush({ all: true })
    expect(await rowsOf('series')).toBe(1)
    expect(await rowsOf('rollups_10s')).toBe(6)
    expect(await rowsOf('rollups_1m')).toBe(1)
    const { series } = await ask({ from: clock.now() - DAY })
    expect(series[0]?.points.map(([, value]) => value)).toEqual([(4 * 1 + 1 + 7 * 3) / 12])
  })

  it('is written in slots of three lengths, and each goes when its time is over', async () => {
    await measure(MINUTE, { a1: 1 })
    expect(await rowsOf('rollups_10s')).toBe(6)
    for (const [passed, expected] of [
      [6 * HOUR, [0, 1, 1, 1]],
      [14 * DAY, [0, 0, 1, 1]],
      [400 * DAY, [0, 0, 0, 0]],
    ] as const) {
      clock.advance(passed + HOUR)
      await history.prune()
      await history.prune()
      expect(await Promise.all((['rollups_10s', 'rollups_1m', 'rollups_10m', 'series'] as const).map(rowsOf))).toEqual(expected)
    }
  })

  it('keeps what could not be written and tries again', async () => {
    record('a1', 5)
    clock.advance(20_000)
    const { raw, db } = await openMetricsDatabase(file)
    raw.exec('ALTER TABLE series RENAME TO away')
    await expect(history.flush()).rejects.toThrow()
    expect(await rowsOf('rollups_10s')).toBe(0)
    raw.exec('ALTER TABLE away RENAME TO series')
    await db.destroy()
    record('a1', 6)
    await history.flush({ all: true })
    expect(await values()).toEqual([5, null, 6])
  })
})

describe('names and latest values', () => {
  it('lists the metrics of an app', async () => {
    record('a1', 1)
    await history.flush({ all: true })
    record('a1', 1, 'app:stock')
    expect(await history.names('shop')).toEqual([
      { metric: 'app:stock', unit: 'millicores' },
      { metric: 'cpu', unit: 'millicores' },
    ])
    expect(await history.names('other')).toEqual([])
  })

  it('knows what is used now, and says null when it does not', () => {
    record('a1', 100)
    record('a1', 2000, 'memory')
    record('a2', 50)
    expect(history.latest.of('a1')).toEqual({
      cpuMillis: 100,
      memoryBytes: 2000,
      requestsPerSecond: null,
      errorsPerSecond: null,
      at: clock.now(),
    })
    expect(history.latest.ofHost('alpha')).toEqual({ cpuMillis: 150, memoryBytes: 2000 })
    expect(history.latest.ofHost('beta')).toBeNull()
    expect(history.latest.ofApp('shop')).toMatchObject({ cpuMillis: 150, memoryBytes: 2000, errorsPerSecond: null })
    expect(history.latest.ofApp('other')).toMatchObject({ cpuMillis: null, at: null })
    history.latest.forget('a2')
    expect(history.latest.ofHost('alpha')).toEqual({ cpuMillis: 100, memoryBytes: 2000 })
    clock.advance(21_000)
    expect(history.latest.of('a1')).toEqual({
      cpuMillis: null,
      memoryBytes: null,
      requestsPerSecond: null,
      errorsPerSecond: null,
      at: null,
    })
    expect(history.latest.ofHost('alpha')).toBeNull()
  })
})
