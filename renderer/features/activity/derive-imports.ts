import type { Event, EventKind } from '../../../core/contract/index.ts'
import type { Activity } from './activity.ts'

/** Hosts that one person adds with shorter pauses than this came with one import. */
const PAUSE_MS = 5000
const LEAST_HOSTS = 2
const ANSWERS: readonly EventKind[] = ['host.ready', 'host.unreachable', 'host.blocked']

function batches(added: readonly Event[]): Event[][] {
  const found: Event[][] = []
  for (const event of added) {
    const batch = found.find((one) => one[0]?.actor === event.actor && event.at - (one.at(-1)?.at ?? 0) < PAUSE_MS)
    if (batch) batch.push(event)
    else found.unshift([event])
  }
  return found.filter((batch) => batch.length >= LEAST_HOSTS)
}

function importOf(batch: readonly [Event, ...Event[]], answers: ReadonlyMap<string, Event[]>): Activity {
  const [first] = batch
  const latest = batch.flatMap(({ host, seq }) => (answers.get(host ?? '') ?? []).filter((answer) => answer.seq > seq).slice(-1))
  const heard = batch.flatMap(({ host, seq }) => (answers.get(host ?? '') ?? []).filter((answer) => answer.seq > seq).slice(0, 1))
  const over = heard.length === batch.length
  return {
    seq: first.seq,
    kind: 'import',
    subject: '',
    path: '/hosts',
    actor: first.actor,
    startedAt: first.at,
    endedAt: over ? Math.max(...heard.map(({ at }) => at)) : null,
    outcome: over ? 'done' : 'running',
    done: latest.filter(({ kind }) => kind === 'host.ready').length,
    total: batch.length,
    failed: latest.filter(({ kind }) => kind !== 'host.ready').length,
    reason: '',
    cancel: null,
  }
}

/** Imports of many hosts: over when each of them has answered, or failed to. Pure. */
export function importsOf(events: readonly Event[]): Activity[] {
  const ordered = events.toSorted((one, other) => one.seq - other.seq)
  const answers = new Map<string, Event[]>()
  for (const event of ordered) {
    if (event.host === null || !ANSWERS.includes(event.kind)) continue
    answers.set(event.host, [...(answers.get(event.host) ?? []), event])
  }
  return batches(ordered.filter(({ kind }) => kind === 'host.added')).flatMap(([first, ...others]) =>
    first ? [importOf([first, ...others], answers)] : [],
  )
}
