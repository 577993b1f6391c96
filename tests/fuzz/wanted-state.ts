import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'

/** What people want, as opposed to what is observed, and without what a request may note by the way (last use, failed sign-ins). */
const WANTED = [
  'select name, engine, connection_json, hex(sealed), labels_json, centre, room, rack, domain, reserve_json, scheduling, host_key from hosts order by name',
  'select name, state, instances, revision, generation, restart_generation from apps order by name',
  'select app, revision, spec_json, note from revisions order by app, revision',
  'select name, version, hex(sealed) from secrets order by name',
  'select digest, bytes from artifacts order by digest',
  'select name, role, password_hash from users order by name',
  'select id, kind, name, user, role, scopes_json, expires_at from tokens order by id',
]

export interface LoggedEvent {
  seq: number
  kind: string
  actor: string
}

/** Looks into the database from outside, so that what the console says of itself is not what proves it right. */
export class WantedState {
  readonly #database: DatabaseSync

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { readOnly: true })
    this.#database.exec('pragma busy_timeout = 5000')
  }

  digest(): string {
    const hash = createHash('sha256')
    for (const query of WANTED) hash.update(JSON.stringify(this.#database.prepare(query).all()))
    return hash.digest('hex')
  }

  latestSeq(): number {
    return Number(this.#database.prepare('select coalesce(max(seq), 0) as seq from events').get()?.seq)
  }

  eventsAfter(seq: number): LoggedEvent[] {
    return this.#database.prepare('select seq, kind, actor from events where seq > ? order by seq').all(seq) as unknown as LoggedEvent[]
  }

  close(): void {
    this.#database.close()
  }
}
