import type { Kysely, Transaction } from 'kysely'
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
  #turn: Promise<unknown> = Promise.resolve()
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

  get latestSeq(): number {
    return this.#tip.seq
  }

  /** Runs `work` in one durable transaction with the events it emits. Resolves after the commit; then listeners are told. */
  async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const run = this.#turn.then(() => this.#commit(work))
    this.#turn = run.catch(() => undefined)
    return run
  }

  async #commit<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const emitted: NewEvent[] = []
    const { result, rows } = await this.db.transaction().execute(async (db) => {
      const result = await work({ db, emit: (event) => emitted.push(event) })
      const rows = chain(this.#tip, this.#clock.now(), emitted)
      for (let start = 0; start < rows.length; start += 500)
        await db
          .insertInto('events')
          .values(rows.slice(start, start + 500))
          .execute()
      return { result, rows }
    })
    const last = rows.at(-1)
    if (last) {
      this.#tip = { seq: last.seq, hash: last.hash }
      const events = rows.map(toEvent)
      for (const listener of this.#listeners) listener(events)
    }
    return result
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
    const abort = () => wake()
    signal.addEventListener('abort', abort)
    try {
      while (!signal.aborted) {
        if (position >= this.#tip.seq) {
          await new Promise<void>((resolve) => {
            wake = resolve
            if (position < this.#tip.seq || signal.aborted) resolve()
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

  async close(): Promise<void> {
    await this.#turn
    await this.db.destroy()
  }
}
