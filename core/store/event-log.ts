import { createHash } from 'node:crypto'
import type { Kysely, Selectable } from 'kysely'
import type { Event, EventKind } from '../contract/index.ts'
import type { Tables } from './schema.ts'

export interface NewEvent {
  kind: EventKind
  actor: string
  app?: string
  host?: string
  instance?: string
  /** Never holds a secret: it is shown to every viewer and kept for good. */
  data?: Record<string, unknown>
}

export interface EventFilter {
  app?: string | undefined
  host?: string | undefined
  instance?: string | undefined
  /** A kind, a family, or several with commas between. */
  kind?: string | undefined
}

interface Tip {
  seq: number
  hash: string
}

export const GENESIS: Tip = { seq: 0, hash: '0'.repeat(64) }

/** Turns new events into rows that continue the chain after `tip`. */
export function chain(tip: Tip, at: number, events: readonly NewEvent[]): Selectable<Tables['events']>[] {
  let previous = tip
  return events.map((event) => {
    const row = {
      seq: previous.seq + 1,
      at,
      kind: event.kind,
      actor: event.actor,
      app: event.app ?? null,
      host: event.host ?? null,
      instance: event.instance ?? null,
      data_json: JSON.stringify(event.data ?? {}),
    }
    const hash = linkHash(previous.hash, row)
    previous = { seq: row.seq, hash }
    return { ...row, hash }
  })
}

function linkHash(previous: string, row: Omit<Selectable<Tables['events']>, 'hash'>): string {
  const content = [row.seq, row.at, row.kind, row.actor, row.app, row.host, row.instance, row.data_json]
  return createHash('sha256').update(previous).update(JSON.stringify(content)).digest('hex')
}

export function toEvent(row: Selectable<Tables['events']>): Event {
  const { data_json, kind, ...rest } = row
  return { ...rest, kind: kind as EventKind, data: JSON.parse(data_json) as Record<string, unknown> }
}

export function matches(filter: EventFilter, event: Event): boolean {
  return (
    (filter.app === undefined || event.app === filter.app) &&
    (filter.host === undefined || event.host === filter.host) &&
    (filter.instance === undefined || event.instance === filter.instance) &&
    (filter.kind === undefined || filter.kind.split(',').some((kind) => event.kind === kind || event.kind.startsWith(`${kind}.`)))
  )
}

interface Range {
  after?: number | undefined
  before?: number | undefined
  limit: number
  order: 'asc' | 'desc'
}

export async function readEvents(db: Kysely<Tables>, filter: EventFilter, range: Range): Promise<Event[]> {
  let query = db.selectFrom('events').selectAll().orderBy('seq', range.order).limit(range.limit)
  if (range.after !== undefined) query = query.where('seq', '>', range.after)
  if (range.before !== undefined) query = query.where('seq', '<', range.before)
  for (const field of ['app', 'host', 'instance'] as const) {
    const value = filter[field]
    if (value !== undefined) query = query.where(field, '=', value)
  }
  const kinds = filter.kind?.split(',')
  if (kinds)
    query = query.where((eb) =>
      eb.or([eb('kind', 'in', kinds), ...kinds.map((kind) => eb('kind', 'like', `${kind.replaceAll(/[%_]/g, '')}.%`))]),
    )
  return (await query.execute()).map(toEvent)
}

/** Walks the whole chain; the seq of the first event whose hash does not fit, or null when all fit. */
export async function findBrokenLink(db: Kysely<Tables>): Promise<number | null> {
  let tip = GENESIS
  for (;;) {
    const rows = await db.selectFrom('events').selectAll().where('seq', '>', tip.seq).orderBy('seq').limit(5000).execute()
    if (rows.length === 0) return null
    for (const row of rows) {
      const { hash, ...content } = row
      if (row.seq !== tip.seq + 1 || linkHash(tip.hash, content) !== hash) return row.seq
      tip = { seq: row.seq, hash }
    }
  }
}
