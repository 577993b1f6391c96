import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import { AppError } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { Series } from '../contract/index.ts'
import { openMetricsDatabase, type MetricsTables } from '../store/index.ts'
import type { Measurement } from './app-metrics.ts'
import { LatestValues, type Source } from './latest.ts'
import { combine, each, type Aggregate } from './points.ts'
import { addValue, chooseTier, COARSEST, FINEST, mergeSlots, slotOf, slotStart, type Slot } from './rollup.ts'
import {
  addSlots,
  ensureSeries,
  findSeries,
  metricNames,
  pruneSeries,
  readSlots,
  type KnownSeries,
  type SeriesKey,
} from './series.table.ts'

export interface SeriesQuery {
  metric: string
  app?: string | undefined
  host?: string | undefined
  instance?: string | undefined
  from: number
  to: number
  aggregate: 'none' | Aggregate
}

/** Series that "none" returns at most: those measured last. */
const MAX_SERIES = 200
/** Slots that wait in memory at most while the database cannot be written: some minutes of a large site. */
const MAX_PENDING = 500_000
const PRUNE_SERIES = 200
const CHUNK = 1000
const HOUR_MS = 3_600_000

interface OpenSeries extends SeriesKey {
  slot: Slot
  /** Row of the series, once there is one, and the hour for which it says that the series was measured. */
  row: { id: number; hour: number } | null
}

/**
 * Measurements of all instances over time. The slot of ten seconds that is running is in memory; `flush` writes those that
 * have ended, in one transaction, so a core that is killed loses the running slot at most.
 */
export class History {
  readonly latest: LatestValues
  readonly #db: Kysely<MetricsTables>
  readonly #clock: Clock
  readonly #open = new Map<string, OpenSeries>()
  #pending: { series: OpenSeries; slot: Slot }[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #pruned = 0

  private constructor(db: Kysely<MetricsTables>, clock: Clock) {
    this.#db = db
    this.#clock = clock
    this.latest = new LatestValues(clock)
  }

  /** Opens or creates the file; `:memory:` is for tests. */
  static async open(file: string, clock: Clock): Promise<History> {
    const { db } = await openMetricsDatabase(file)
    return new History(db, clock)
  }

  /** Takes in values measured at `at`. Values that are not finite are left out. */
  record(source: Source, at: number, measurements: readonly Measurement[]): void {
    for (const { metric, unit, value } of measurements) {
      if (!Number.isFinite(value)) continue
      this.#add({ ...source, metric, unit }, at, value)
      this.latest.note(source, metric, { at, value })
    }
  }

  #add(key: SeriesKey, at: number, value: number): void {
    const name = `${key.instance} ${key.metric}`
    const open = this.#open.get(name)
    if (!open) this.#open.set(name, { ...key, slot: slotOf(at, value), row: null })
    else if (slotStart(at, FINEST.stepMs) === open.slot.at && open.slot.count > 0) addValue(open.slot, value)
    else {
      if (open.slot.count > 0) this.#pending.push({ series: open, slot: open.slot })
      open.slot = slotOf(at, value)
    }
  }

  /** Writes the slots that have ended; `all` also the running ones, as when the core stops. Rejects when the disk does. */
  flush(options: { all?: boolean } = {}): Promise<void> {
    const run = this.#turn.then(() => this.#write(options.all === true))
    this.#turn = run.catch(() => undefined)
    return run
  }

  async #write(all: boolean): Promise<void> {
    const now = this.#clock.now()
    for (const [name, series] of this.#open) {
      const ended = series.slot.at + FINEST.stepMs <= now
      if (series.slot.count > 0 && (all || ended)) {
        this.#pending.push({ series, slot: series.slot })
        series.slot = { ...series.slot, count: 0 }
      } else if (series.slot.count === 0 && series.slot.at < now - HOUR_MS) this.#open.delete(name)
    }
    const batch = this.#pending
    if (batch.length === 0) return
    this.#pending = []
    try {
      const rows = await this.#db.transaction().execute(async (tx) => {
        const known = new Map<OpenSeries, { id: number; hour: number }>()
        for (let start = 0; start < batch.length; start += CHUNK) {
          // SQLite works in this very thread; between chunks others get their turn.
          if (start > 0) await setImmediate()
          const chunk = batch.slice(start, start + CHUNK)
          for (const [series, row] of await this.#identify(tx, [...new Set(chunk.map(({ series }) => series))])) known.set(series, row)
          const slots = chunk.map(({ series, slot }) => ({ ...slot, series: known.get(series)?.id ?? series.row?.id ?? 0 }))
          await addSlots(tx, slots)
        }
        return known
      })
      for (const [series, row] of rows) series.row = row
    } catch (cause) {
      this.#pending = batch.concat(this.#pending).slice(-MAX_PENDING)
      throw cause
    }
  }

  /** Rows of series that have none yet, or whose row does not say that they were measured in this hour. */
  async #identify(tx: Kysely<MetricsTables>, batch: readonly OpenSeries[]): Promise<Map<OpenSeries, { id: number; hour: number }>> {
    const hourOf = (series: OpenSeries) => slotStart(series.slot.at, HOUR_MS)
    const stale = batch.filter((series) => (series.row?.hour ?? -1) < hourOf(series))
    if (stale.length === 0) return new Map()
    const hours = stale.map(hourOf)
    const keys = stale.map(({ metric, unit, instance, app, host, slot }) => ({ metric, unit, instance, app, host, at: slot.at }))
    const rows = await ensureSeries(tx, keys)
    return new Map(stale.map((series, index) => [series, { id: rows[index]?.id ?? 0, hour: hours[index] ?? 0 }]))
  }

  /** Deletes a little of what has been kept long enough; called again and again it gets through everything. */
  async prune(): Promise<void> {
    this.#pruned = (await pruneSeries(this.#db, this.#pruned, { limit: PRUNE_SERIES, now: this.#clock.now() })) ?? 0
  }

  /** Values over time, with null where nothing was measured. The resolution follows from the range and its age. */
  async query(query: SeriesQuery): Promise<{ stepMs: number; series: Series[] }> {
    const now = this.#clock.now()
    const to = Math.min(query.to, now + FINEST.stepMs)
    const from = Math.max(query.from, now - COARSEST.keepMs)
    if (query.from >= query.to) throw new AppError('BAD_REQUEST', 'the range is empty: "from" must be before "to"')
    const all = await this.#find(query, { from, to })
    const known = query.aggregate === 'none' ? all.slice(0, MAX_SERIES) : all
    const tier = chooseTier({ from, to, now, seriesCount: known.length })
    const start = slotStart(from, tier.stepMs)
    const stored = await readSlots(this.#db, tier, { ids: known.flatMap(({ id }) => (id === 0 ? [] : [id])), from: start, to })
    const byId = Map.groupBy(stored, (row) => row.series)
    const measured = known.map((series) => {
      const recent = this.#unwritten(series).filter((slot) => slot.at >= start && slot.at < to)
      return { series, slots: mergeSlots([...(byId.get(series.id) ?? []), ...recent], tier.stepMs) }
    })
    const found = measured.filter(({ slots }) => slots.length > 0)
    const view = { stepMs: tier.stepMs, now }
    return { stepMs: tier.stepMs, series: query.aggregate === 'none' ? each(found, view) : combine(found, query, view) }
  }

  /** Series of the database, and those so young that none of their slots has been written. Unwritten ones have id 0. */
  async #find(query: SeriesQuery, range: { from: number; to: number }): Promise<KnownSeries[]> {
    const stored = await findSeries(this.#db, { ...query, ...range })
    const names = new Set(stored.map(({ instance }) => instance))
    const fields = ['app', 'host', 'instance'] as const
    const young = [...this.#open.values()].filter(
      (series) =>
        series.metric === query.metric &&
        !names.has(series.instance) &&
        fields.every((field) => query[field] === undefined || query[field] === series[field]),
    )
    return [...young.map(({ metric, unit, instance, app, host }) => ({ id: 0, metric, unit, instance, app, host })), ...stored]
  }

  #unwritten(key: SeriesKey): Slot[] {
    const open = this.#open.get(`${key.instance} ${key.metric}`)
    if (!open) return []
    const waiting = this.#pending.filter(({ series }) => series === open).map(({ slot }) => slot)
    return [...waiting, ...(open.slot.count > 0 ? [open.slot] : [])].sort((a, b) => a.at - b.at)
  }

  /** Metrics that exist for an app, with their units. */
  async names(app: string): Promise<{ metric: string; unit: string }[]> {
    const stored = await metricNames(this.#db, app)
    const young = [...this.#open.values()].filter((series) => series.app === app).map(({ metric, unit }) => ({ metric, unit }))
    const all = new Map([...young, ...stored].map((entry) => [entry.metric, entry]))
    return [...all.values()].sort((a, b) => (a.metric < b.metric ? -1 : 1))
  }

  /** Writes everything and closes the file. */
  async close(): Promise<void> {
    await this.flush({ all: true }).finally(() => this.#db.destroy())
  }
}
