import Database from 'better-sqlite3'
import { Kysely, SqliteDialect, type SqliteDatabase } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'
import { AppError } from '../base/app-error.ts'

interface OpenOptions {
  migrations: Record<string, Migration>
  /** FULL: every committed transaction survives a power cut. NORMAL: the last ones may not, the database stays whole. */
  synchronous: 'FULL' | 'NORMAL'
}

export interface OpenDatabase<Tables> {
  db: Kysely<Tables>
  raw: Database.Database
}

/**
 * Opens a database and brings it to the newest form. `:memory:` is for tests. Refuses, and changes nothing, when the file is
 * damaged or was written by a newer Spacefort.
 */
export async function openDatabase<Tables>(file: string, options: OpenOptions): Promise<OpenDatabase<Tables>> {
  const raw = openFile(file)
  try {
    raw.pragma('journal_mode = WAL')
    raw.pragma(`synchronous = ${options.synchronous}`)
    raw.pragma('foreign_keys = ON')
    raw.pragma('busy_timeout = 5000')
    await migrate(new Kysely<Tables>({ dialect: new SqliteDialect({ database: raw }) }), options.migrations, file)
    return { db: new Kysely<Tables>({ dialect: new SqliteDialect({ database: withKeptStatements(raw) }) }), raw }
  } catch (cause) {
    raw.close()
    throw cause
  }
}

/** More than all there are; lists of names make a few hundred of different length. */
const KEPT_STATEMENTS = 1000

/** Preparing a statement takes longer than running most of them, and the same ones come again and again. Only for a finished schema. */
function withKeptStatements(raw: Database.Database): SqliteDatabase {
  const kept = new Map<string, Database.Statement>()
  return {
    close: () => raw.close(),
    prepare(sql) {
      // On a full disk SQLite undoes a transaction by itself. To undo it once more would fail, and hide what had failed first.
      if (sql === 'rollback' && !raw.inTransaction) return raw.prepare('SELECT 1 WHERE 0')
      const known = kept.get(sql)
      const statement = known ?? raw.prepare(sql)
      // The one that was not used for longest is the first.
      if (known) kept.delete(sql)
      else if (kept.size >= KEPT_STATEMENTS) kept.delete(kept.keys().next().value ?? '')
      kept.set(sql, statement)
      return statement
    },
  }
}

function openFile(file: string): Database.Database {
  let raw: Database.Database | undefined
  try {
    raw = new Database(file)
    const verdict = raw.pragma('quick_check(1)', { simple: true })
    if (verdict !== 'ok') throw new Error(String(verdict))
    return raw
  } catch (cause) {
    raw?.close()
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('STORE_UNAVAILABLE', `the database ${file} cannot be used: ${message}`, {
      cause,
      details: {
        hint: 'Nothing was changed. Restore a backup into another folder with "spacefort restore", or move the file away to start empty.',
      },
    })
  }
}

async function migrate<Tables>(db: Kysely<Tables>, migrations: Record<string, Migration>, file: string): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } })
  const { error } = await migrator.migrateToLatest()
  if (!error) return
  const text = error instanceof Error ? error.message : 'the migration failed'
  if (text.includes('is missing'))
    throw new AppError('STORE_UNAVAILABLE', `the database ${file} was written by a newer Spacefort`, {
      cause: error,
      details: { hint: 'Nothing was changed. Start the newer version, or restore a backup that this version wrote.' },
    })
  throw error instanceof Error ? error : new Error(text)
}
