import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { openDatabase, type OpenDatabase } from './database.ts'

/** One time slot of one series. */
interface RollupTable {
  series: number
  /** Start of the slot, ms since the epoch. */
  at: number
  count: number
  sum: number
  min: number
  max: number
  last: number
}

/** Tables of the metrics database. A series is one metric of one instance; its values are kept in slots of three lengths. */
export interface MetricsTables {
  series: {
    id: number
    metric: string
    unit: string
    instance: string
    app: string
    host: string
    first_at: number
    /** Slot of an hour in which it was last measured. */
    last_at: number
  }
  rollups_10s: RollupTable
  rollups_1m: RollupTable
  rollups_10m: RollupTable
}

const rollups = (name: string) =>
  `CREATE TABLE ${name} (
     series INTEGER NOT NULL, at INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL, min REAL NOT NULL, max REAL NOT NULL,
     last REAL NOT NULL, PRIMARY KEY (series, at)) STRICT, WITHOUT ROWID`

const FIRST = [
  `CREATE TABLE series (
     id INTEGER PRIMARY KEY, metric TEXT NOT NULL, unit TEXT NOT NULL, instance TEXT NOT NULL, app TEXT NOT NULL, host TEXT NOT NULL,
     first_at INTEGER NOT NULL, last_at INTEGER NOT NULL, UNIQUE (instance, metric)) STRICT`,
  `CREATE INDEX series_app ON series (app, metric)`,
  `CREATE INDEX series_host ON series (host, metric)`,
  rollups('rollups_10s'),
  rollups('rollups_1m'),
  rollups('rollups_10m'),
]

const migrations: Record<string, Migration> = {
  '0001-first': {
    async up(db: Kysely<unknown>) {
      for (const statement of FIRST) await sql.raw(statement).execute(db)
    },
  },
}

/**
 * Opens the database of measurements. It is apart from the main one, because measurements may be lost and wanted state may not:
 * a power cut can take the last few transactions, and deleting the file loses nothing but history.
 */
export function openMetricsDatabase(file: string): Promise<OpenDatabase<MetricsTables>> {
  return openDatabase<MetricsTables>(file, { migrations, synchronous: 'NORMAL' })
}
