import { sql, type Kysely, type Transaction } from 'kysely'
import type Database from 'better-sqlite3'
import { isAborted } from '../base/aborted.ts'
import type { Clock } from '../base/clock.ts'
import { systemClock } from '../base/clock.ts'
import { randomText } from '../base/ids.ts'
import type { Event } from '../contract/index.ts'
import { openDatabase } from './database.ts'
import { chain, findBrokenLink, GENESIS, matches, readEvents, toEvent, type EventFilter, type NewEvent } from './event-log.ts'
import { migrations } from './migrations/index.ts'
import type { Tables } from './schema.ts'

export interface Tx {
  db: Transaction<Tables>
  /** Adds an event to the log, in this very transaction. */
  emit(event: NewEvent): void
}

export interface ReadRange {
  after?: number | undefined
  before?: number | undefined
  limit: number
  order?: 'asc' | 'desc'
}

interface Write {
  work: (tx: Tx) => Promise<unknown>
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

/** No transaction takes in more work after this long, so that readers, who wait for its end, do not wait for long. */
const LONGEST_BATCH_MS = 10

/**
 * Does one write of a transaction, or undoes it. Returns what to tell its caller after the commit. Rejects when the transaction as a
 * whole is lost, as on a full disk: `isOpen` tells.
 */
async function attempt(
  db: Transaction<Tables>,
  { work, resolve, reject }: Write,
  { emitted, isOpen }: { emitted: NewEvent[]; isOpen: () => boolean },
): Promise<() => void> {
  const events: NewEvent[] = []
  await sql`savepoint piece`.execute(db)
  try {
    const result = await work({ db, emit: (event) => events.push(event) })
    await sql`release piece`.execute(db)
    emitted.push(...events)
    return () => resolve(result)
  } catch (error) {
    // A savepoint without a transaction would be one of its own, and commit the next write without its events.
    if (!isOpen()) throw error
    await sql`rollback to piece`.execute(db)
    await sql`release piece`.execute(db)
    return () => reject(error)
  }
}

/**
 * The wanted and observed state and the event log that tells of every change to them. One per data folder. Writes go one
 * after the other; a write that rejects leaves nothing behind.
 */
export class Store {
  readonly db: Kysely<Tables>
  /** Id of this installation; engines label every instance with it. */
  readonly installation: string
  readonly #raw: Database.Database
  readonly #clock: Clock
  #tip = GENESIS
  #version = 0
  #closed = false
  readonly #followers = new Set<() => void>()
  readonly #writes: Write[] = []
  #writing: Promise<void> | undefined
  readonly #listeners = new Set<(events: readonly Event[]) => void>()

  private constructor(raw: Database.Database, db: Kysely<Tables>, start: { clock: Clock; tip: typeof GENESIS; installation: string }) {
    this.#raw = raw
    this.db = db
    this.#clock = start.clock
    this.#tip = start.tip
    this.installation = start.installation
  }

  static async open(file: string, clock: Clock = systemClock): Promise<Store> {
    const { db, raw } = await openDatabase<Tables>(file, { migrations, synchronous: 'FULL' })
    await db
      .insertInto('meta')
      .values({ key: 'installation', value: randomText(16) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const { value } = await db.selectFrom('meta').select('value').where('key', '=', 'installation').executeTakeFirstOrThrow()
    const last = await db.selectFrom('events').select(['seq', 'hash']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
    return new Store(raw, db, { clock, tip: last ?? GENESIS, installation: value })
  }

  /** Grows with every write: as long as it is the same, everything is as it was. */
  get version(): number {
    return this.#version
  }

  get latestSeq(): number {
    return this.#tip.seq
  }

  /**
   * Runs `work` in one durable transaction with the events it emits. Resolves after the commit; then listeners are told. Writes that
   * come together share one wait for the disk; one that fails leaves nothing behind and does not concern the others.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#writes.push({ work, resolve: resolve as Write['resolve'], reject })
      this.#writing ??= this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    while (this.#writes.length > 0) {
      // Whatever else has arrived by now, of many hosts at once, goes into the same transaction; and others get their turn.
      await new Promise((resolve) => setImmediate(resolve))
      await this.#commit()
    }
    this.#writing = undefined
  }

  async #commit(): Promise<void> {
    const done: (() => void)[] = []
    const taken: Write[] = []
    try {
      const rows = await this.db.transaction().execute(async (db) => {
        const emitted: NewEvent[] = []
        for (const endsAt = performance.now() + LONGEST_BATCH_MS; performance.now() < endsAt || taken.length === 0;) {
          const next = this.#writes.shift()
          if (!next) break
          taken.push(next)
          done.push(await attempt(db, next, { emitted, isOpen: () => this.#raw.inTransaction }))
        }
        const rows = chain(this.#tip, this.#clock.now(), emitted)
        for (let start = 0; start < rows.length; start += 500)
          await db
            .insertInto('events')
            .values(rows.slice(start, start + 500))
            .execute()
        return rows
      })
      this.#version++
      this.#tell(rows)
      for (const settle of done) settle()
    } catch (error) {
      for (const { reject } of taken) reject(error)
    }
  }

  #tell(rows: ReturnType<typeof chain>): void {
    const last = rows.at(-1)
    if (!last) return
    this.#tip = { seq: last.seq, hash: last.hash }
    const events = rows.map(toEvent)
    for (const listener of this.#listeners) listener(events)
  }

  /** Calls `listener` with the events of every later commit, in order. Returns how to stop that. */
  onEvents(listener: (events: readonly Event[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readEvents(filter: EventFilter, range: ReadRange): Promise<Event[]> {
    return readEvents(this.db, filter, { ...range, order: range.order ?? 'asc' })
  }

  /**
   * Events that match, from after `after` (default: from now on), without a gap and without repeats, until `signal` aborts.
   * A reader that is slower than the writer is fed from the log, so nothing piles up in memory.
   */
  async *follow(filter: EventFilter, after: number | undefined, signal: AbortSignal): AsyncGenerator<Event> {
    // A reader may come with a position of before a restore, which this log has not reached yet.
    let position = Math.min(after ?? this.#tip.seq, this.#tip.seq)
    let wake: () => void = () => undefined
    const stopListening = this.onEvents(() => wake())
    const onClose = () => wake()
    this.#followers.add(onClose)
    const abort = () => wake()
    signal.addEventListener('abort', abort)
    try {
      while (!signal.aborted && !this.#closed) {
        if (position >= this.#tip.seq) {
          await new Promise<void>((resolve) => {
            wake = resolve
            if (position < this.#tip.seq || signal.aborted || this.#closed) resolve()
          })
          continue
        }
        const batch = await readEvents(this.db, {}, { after: position, limit: 500, order: 'asc' })
        for (const event of batch) {
          position = event.seq
          if (matches(filter, event)) yield event
          if (isAborted(signal)) return
        }
      }
    } finally {
      stopListening()
      this.#followers.delete(onClose)
      signal.removeEventListener('abort', abort)
    }
  }

  findBrokenLink(): Promise<number | null> {
    return findBrokenLink(this.db)
  }

  /** Problems SQLite finds in the file; empty when it is whole. */
  integrity(): string[] {
    const rows = this.#raw.pragma('integrity_check(20)') as { integrity_check: string }[]
    return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
  }

  /** Copies a consistent state into `file` while writes go on. */
  async backupTo(file: string): Promise<void> {
    await this.#raw.backup(file)
  }

  /** Ends what follows the log, and closes once everything is written. */
  async close(): Promise<void> {
    this.#closed = true
    for (const wake of this.#followers) wake()
    while (this.#writing) await this.#writing
    await this.db.destroy()
  }
}
