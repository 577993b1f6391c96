import { sql, type Kysely } from 'kysely'
import type { MetricsTables } from '../store/index.ts'
import { COARSEST, TIERS, type Slot, type Tier } from './rollup.ts'

const HOUR_MS = 3_600_000

/** What a series is of. */
export interface SeriesKey {
  metric: string
  unit: string
  instance: string
  app: string
  host: string
}

export interface KnownSeries extends SeriesKey {
  id: number
}

export interface SeriesFilter {
  metric: string
  app?: string | undefined
  host?: string | undefined
  instance?: string | undefined
  from: number
  to: number
}

export type SlotRow = Slot & { series: number }

/** Finds or adds series and notes that they are measured at `at`; the result is in the order of `keys`. */
export async function ensureSeries(db: Kysely<MetricsTables>, keys: readonly (SeriesKey & { at: number })[]): Promise<KnownSeries[]> {
  // One JSON parameter instead of thousands of bound values: building such a statement would take longer than running it.
  const json = JSON.stringify(keys)
  await sql`
    INSERT INTO series (metric, unit, instance, app, host, first_at, last_at)
    SELECT value ->> 'metric', value ->> 'unit', value ->> 'instance', value ->> 'app', value ->> 'host', value ->> 'at', value ->> 'at'
    FROM json_each(${json}) WHERE true
    ON CONFLICT (instance, metric) DO UPDATE SET last_at = max(last_at, excluded.last_at), unit = excluded.unit`.execute(db)
  const { rows } = await sql<KnownSeries>`
    SELECT series.id, series.metric, series.unit, series.instance, series.app, series.host
    FROM json_each(${json}) AS wanted
    JOIN series ON series.instance = wanted.value ->> 'instance' AND series.metric = wanted.value ->> 'metric'
    ORDER BY wanted.key`.execute(db)
  return rows
}

/** Adds slots of ten seconds to the slots of every length. What a slot holds already is kept. */
export async function addSlots(db: Kysely<MetricsTables>, rows: readonly SlotRow[]): Promise<void> {
  const json = JSON.stringify(rows.map(({ series, at, count, sum, min, max, last }) => [series, at, count, sum, min, max, last]))
  // The length is written into the statement: as a parameter it would be a float, and the division would keep the fraction.
  for (const { table, stepMs } of TIERS)
    await sql`
      INSERT INTO ${sql.table(table)} (series, at, count, sum, min, max, last)
      SELECT value ->> 0, (value ->> 1) / ${sql.lit(stepMs)} * ${sql.lit(stepMs)}, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6
      FROM json_each(${json}) WHERE true
      ON CONFLICT (series, at) DO UPDATE SET
        count = count + excluded.count, sum = sum + excluded.sum, min = min(min, excluded.min), max = max(max, excluded.max),
        last = excluded.last`.execute(db)
}

export async function findSeries(db: Kysely<MetricsTables>, filter: SeriesFilter): Promise<KnownSeries[]> {
  let query = db
    .selectFrom('series')
    .select(['id', 'metric', 'unit', 'instance', 'app', 'host'])
    .where('metric', '=', filter.metric)
    .where('first_at', '<=', filter.to)
    .where('last_at', '>=', filter.from - HOUR_MS)
    .orderBy('last_at', 'desc')
    .orderBy('id', 'desc')
  for (const field of ['app', 'host', 'instance'] as const) {
    const value = filter[field]
    if (value !== undefined) query = query.where(field, '=', value)
  }
  return query.execute()
}

/** Slots of the series from `from` to before `to`, by series and time. */
export async function readSlots(
  db: Kysely<MetricsTables>,
  tier: Tier,
  range: { ids: readonly number[]; from: number; to: number },
): Promise<SlotRow[]> {
  return db
    .selectFrom(tier.table)
    .selectAll()
    .where('series', 'in', sql<number>`(SELECT value FROM json_each(${JSON.stringify(range.ids)}))`)
    .where('at', '>=', range.from)
    .where('at', '<', range.to)
    .orderBy('series')
    .orderBy('at')
    .execute()
}

export async function metricNames(db: Kysely<MetricsTables>, app: string): Promise<{ metric: string; unit: string }[]> {
  return db
    .selectFrom('series')
    .select((eb) => ['metric', eb.fn.max('unit').as('unit')])
    .where('app', '=', app)
    .groupBy('metric')
    .orderBy('metric')
    .execute()
}

/** Deletes what has been kept long enough of the `limit` series after `after`; returns the last one looked at, null at the end. */
export async function pruneSeries(
  db: Kysely<MetricsTables>,
  after: number,
  options: { limit: number; now: number },
): Promise<number | null> {
  const rows = await db.selectFrom('series').select(['id', 'last_at']).where('id', '>', after).orderBy('id').limit(options.limit).execute()
  if (rows.length === 0) return null
  const ids = JSON.stringify(rows.map(({ id }) => id))
  for (const { table, keepMs } of TIERS)
    await sql`
      DELETE FROM ${sql.table(table)}
      WHERE series IN (SELECT value FROM json_each(${ids})) AND at < ${options.now - keepMs}`.execute(db)
  const gone = rows.filter((row) => row.last_at < options.now - COARSEST.keepMs - HOUR_MS).map(({ id }) => id)
  if (gone.length > 0) await db.deleteFrom('series').where('id', 'in', gone).execute()
  return rows.at(-1)?.id ?? null
}
