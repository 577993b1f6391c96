import type { App, Event, EventKind, Host } from '../../../core/contract/index.ts'
import type { Activity, ActivityKind, Cancel } from './activity.ts'
import { importsOf } from './derive-imports.ts'

const APP_CHANGES: Partial<Record<EventKind, ActivityKind>> = {
  'app.created': 'create',
  'app.changed': 'change',
  'app.rolled-back': 'rollback',
  'app.restarted': 'restart',
  'app.scaled': 'grow',
  'app.stopped': 'stop',
  'app.started': 'start',
  'app.removing': 'remove',
}
const APP_ENDS: readonly EventKind[] = ['app.settled', 'app.removed']
const DRAIN_ENDS: readonly EventKind[] = ['host.drained', 'host.uncordoned', 'host.cordoned', 'host.removed']

export const APP_KINDS: readonly EventKind[] = [...(Object.keys(APP_CHANGES) as EventKind[]), ...APP_ENDS]
export const DRAIN_KINDS: readonly EventKind[] = ['host.drain-started', ...DRAIN_ENDS]
export const IMPORT_KINDS: readonly EventKind[] = ['host.added', 'host.ready', 'host.unreachable', 'host.blocked']

/** A change and what ended it, of one app or host; only the latest counts, since it replaced what went on before. */
interface Latest {
  began: Event
  ended: Event | undefined
}

function latestBy(
  events: readonly Event[],
  rule: { of: (event: Event) => string | null; begins: (event: Event) => boolean; ends: readonly EventKind[] },
): Latest[] {
  const found = new Map<string, Latest>()
  const ends = new Map<string, Event>()
  for (const event of events.toSorted((one, other) => other.seq - one.seq)) {
    const subject = rule.of(event)
    if (subject === null || found.has(subject)) continue
    // Going from the newest back, the last end seen is the first that followed the change.
    if (rule.ends.includes(event.kind)) ends.set(subject, event)
    else if (rule.begins(event)) found.set(subject, { began: event, ended: ends.get(subject) })
  }
  return [...found.values()]
}

const appChanges = (events: readonly Event[]) =>
  latestBy(events, { of: ({ app }) => app, begins: ({ kind }) => APP_CHANGES[kind] !== undefined, ends: APP_ENDS })
const drains = (events: readonly Event[]) =>
  latestBy(events, { of: ({ host }) => host, begins: ({ kind }) => kind === 'host.drain-started', ends: DRAIN_ENDS })

/** Apps and hosts whose state decides how far something has come. Pure. */
export function openSubjects(events: readonly Event[]): { apps: string[]; hosts: string[] } {
  const open = (list: Latest[], name: (event: Event) => string | null) =>
    list.flatMap(({ began, ended }) => (ended ? [] : [name(began) ?? '']))
  return { apps: open(appChanges(events), ({ app }) => app), hosts: open(drains(events), ({ host }) => host) }
}

const numberIn = (event: Event, key: string): number => {
  const value = event.data[key]
  return typeof value === 'number' ? value : 0
}
const between = (value: number, most: number) => Math.min(most, Math.max(0, value))

/** How far an app has come with a change, in instances. */
function progressOf(kind: ActivityKind, began: Event, app: App): { done: number; total: number } {
  const present = app.running + app.starting
  const [from, to] = [numberIn(began, 'from'), numberIn(began, 'to')]
  if (kind === 'stop' || kind === 'remove')
    return { done: between(numberIn(began, 'instances') - present, numberIn(began, 'instances')), total: numberIn(began, 'instances') }
  if (kind === 'shrink') return { done: between(from - present, from - to), total: from - to }
  const served = between(app.healthy, app.wanted)
  return {
    done:
      kind === 'grow' || kind === 'create' || kind === 'start' ? served : Math.min(served, between(app.wanted - app.outdated, app.wanted)),
    total: app.wanted,
  }
}

function cancelOf(kind: ActivityKind, began: Event, { name, generation }: App): Cancel | null {
  const known = { app: name, generation }
  const revision = numberIn(began, 'revision') - 1
  if ((kind === 'change' || kind === 'rollback') && revision > 0) return { by: 'rollback', ...known, revision }
  if (kind === 'grow' || kind === 'shrink') return { by: 'scale', ...known, instances: numberIn(began, 'from') }
  if (kind === 'stop') return { by: 'start', ...known }
  return kind === 'start' ? { by: 'stop', ...known } : null
}

function kindOf(began: Event): ActivityKind | undefined {
  const kind = APP_CHANGES[began.kind]
  return kind === 'grow' && numberIn(began, 'to') < numberIn(began, 'from') ? 'shrink' : kind
}

const begun = (kind: ActivityKind, event: Event) => ({
  seq: event.seq,
  kind,
  actor: event.actor,
  startedAt: event.at,
  failed: 0,
})

/** What of an app is over without a word in the log was nothing to wait for. */
const isResting = (app: App) => app.status === 'healthy' || app.status === 'stopped'

function ofApp({ began, ended }: Latest, apps: ReadonlyMap<string, App>): Activity[] {
  const kind = kindOf(began)
  const name = began.app
  if (kind === undefined || name === null) return []
  const subject = { ...begun(kind, began), subject: name, path: kind === 'remove' && ended ? '/apps' : `/apps/${name}` }
  if (ended) return [{ ...subject, endedAt: ended.at, outcome: 'done', done: 1, total: 1, reason: '', cancel: null }]
  const app = apps.get(name)
  if (!app || isResting(app)) return []
  return [
    {
      ...subject,
      ...progressOf(kind, began, app),
      endedAt: null,
      outcome: 'running',
      reason: app.statusMessage,
      cancel: cancelOf(kind, began, app),
    },
  ]
}

function ofDrain({ began, ended }: Latest, hosts: ReadonlyMap<string, Host>): Activity[] {
  const name = began.host ?? ''
  const total = numberIn(began, 'instances')
  const subject = { ...begun('drain', began), subject: name, path: `/hosts/${name}`, total, reason: '' }
  if (ended) {
    const outcome = ended.kind === 'host.drained' ? 'done' : 'cancelled'
    return [{ ...subject, endedAt: ended.at, outcome, done: total, cancel: null }]
  }
  const host = hosts.get(name)
  if (host?.scheduling !== 'draining') return []
  return [
    { ...subject, endedAt: null, outcome: 'running', done: between(total - host.instances, total), cancel: { by: 'uncordon', host: name } },
  ]
}

export interface Sources {
  events: readonly Event[]
  apps: ReadonlyMap<string, App>
  hosts: ReadonlyMap<string, Host>
  now: number
}

/** What ended is told for this long. */
export const TOLD_MS = 60 * 60_000

/** All that goes on, and what ended lately: what runs first, then the newest. Pure, so that all windows show the same. */
export function deriveActivities({ events, apps, hosts, now }: Sources): Activity[] {
  const all = [
    ...appChanges(events).flatMap((latest) => ofApp(latest, apps)),
    ...drains(events).flatMap((latest) => ofDrain(latest, hosts)),
    ...importsOf(events),
  ]
  return all
    .filter(({ endedAt }) => endedAt === null || now - endedAt < TOLD_MS)
    .toSorted((one, other) => Number(other.endedAt === null) - Number(one.endedAt === null) || other.startedAt - one.startedAt)
}
