import type { Event, EventKind } from '../../../core/contract/index.ts'

/** What counts as a change: what people did, and what the console itself decided for all. What followed from it does not. */
export const CHANGE_KINDS: ReadonlySet<EventKind> = new Set<EventKind>([
  'system.started',
  'system.brake-on',
  'system.brake-off',
  'host.added',
  'host.changed',
  'host.removed',
  'host.cordoned',
  'host.uncordoned',
  'host.drain-started',
  'host.drained',
  'host.key-trusted',
  'app.created',
  'app.changed',
  'app.scaled',
  'app.restarted',
  'app.stopped',
  'app.started',
  'app.rolled-back',
  'app.removing',
  'secret.set',
  'secret.removed',
])

/** One change, or several of one kind that one person made in one go. */
export interface Change {
  /** Stays the same while further events join it. */
  key: number
  /** The newest of its events. */
  event: Event
  count: number
}

const TOGETHER_MS = 60_000

function joins(change: Change | undefined, event: Event): boolean {
  return change?.event.kind === event.kind && change.event.actor === event.actor && event.at - change.event.at <= TOGETHER_MS
}

/**
 * The list after further events, oldest event first: newest change first, never longer than `limit`. Events that are no changes,
 * or are in the list already, are left out. Pure.
 */
export function foldChanges(changes: readonly Change[], events: readonly Event[], limit: number): readonly Change[] {
  let next = changes
  for (const event of events) {
    const [first, ...rest] = next
    if (!CHANGE_KINDS.has(event.kind) || event.seq <= (first?.event.seq ?? -1)) continue
    if (first && joins(first, event)) next = [{ key: first.key, event, count: first.count + 1 }, ...rest]
    else next = [{ key: event.seq, event, count: 1 }, ...next.slice(0, limit - 1)]
  }
  return next
}
