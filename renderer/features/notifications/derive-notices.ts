import type { Concern, Event, EventKind } from '../../../core/contract/index.ts'
import type { Tone } from '../../app/theme/tokens.ts'
import type { Notice, NoticeKind } from './notice.ts'

interface Rule {
  kind: NoticeKind
  tone: Tone
  /** Events after which it is no longer so. */
  ends: readonly EventKind[]
  subject: (event: Event) => string
  path: (subject: string) => string
  /** Where the event says why. */
  detail: string
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const hostPath = (name: string) => `/hosts/${name}`
const appPath = (name: string) => `/apps/${name}`
const ofHost = { ends: ['host.ready', 'host.removed'], subject: (event: Event) => event.host ?? '', path: hostPath } satisfies Partial<Rule>
const ofApp = {
  ends: ['app.settled', 'app.stopped', 'app.removed'],
  subject: (event: Event) => event.app ?? '',
  path: appPath,
} satisfies Partial<Rule>

const RULES: Partial<Record<EventKind, Rule>> = {
  'system.brake-on': { kind: 'brake', tone: 'bad', ends: ['system.brake-off'], subject: () => '', path: () => '/', detail: 'reason' },
  'host.unreachable': { kind: 'host-unreachable', tone: 'bad', ...ofHost, detail: 'message' },
  'host.blocked': { kind: 'host-blocked', tone: 'bad', ...ofHost, detail: 'message' },
  'app.waiting': { kind: 'app-waiting', tone: 'warning', ...ofApp, detail: 'summary' },
  'app.backing-off': { kind: 'app-backing-off', tone: 'warning', ...ofApp, detail: 'message' },
  'user.sign-in-failed': {
    kind: 'sign-in-failed',
    tone: 'warning',
    ends: [],
    subject: ({ data }) => text(data['user']) || text(data['remote']),
    path: () => '/events?kind=user.sign-in-failed',
    detail: 'remote',
  },
}

const ALL_RULES = Object.values(RULES)
/** For each kind of event, which notices it ends. */
const ENDED_BY = new Map<EventKind, Rule[]>(
  ALL_RULES.flatMap(({ ends }) => ends).map((kind) => [kind, ALL_RULES.filter(({ ends }) => ends.includes(kind))]),
)

/** Failed sign-ins concern who manages users. */
const FOR_ADMINISTRATORS: readonly EventKind[] = ['user.sign-in-failed']

/** Kinds of events that notices are made from, those that end one included. */
export function noticeEventKinds(isAdministrator: boolean): EventKind[] {
  const begins = (Object.keys(RULES) as EventKind[]).filter((kind) => isAdministrator || !FOR_ADMINISTRATORS.includes(kind))
  return [...new Set([...begins, ...begins.flatMap((kind) => RULES[kind]?.ends ?? [])])]
}

/** An app that is down or too small now, and the last event that tells of it. */
export interface Trouble {
  concern: Extract<Concern, { app: unknown }>
  event: Event
}

const TROUBLES: Partial<Record<Concern['kind'], { kind: NoticeKind; tone: Tone }>> = {
  'app-down': { kind: 'app-down', tone: 'bad' },
  'app-short': { kind: 'app-short', tone: 'warning' },
}

function ofTrouble({ concern, event }: Trouble): Notice[] {
  const rule = TROUBLES[concern.kind]
  if (!rule) return []
  const { name } = concern.app
  const when = { count: 1, firstAt: event.at, at: event.at, seq: event.seq, over: false }
  return [{ id: `${rule.kind}:${name}`, ...rule, subject: name, path: appPath(name), detail: concern.reason, ...when }]
}

/** Serious events grouped by what they are about, the newest first. Pure. */
export function deriveNotices(events: readonly Event[], troubles: readonly Trouble[]): Notice[] {
  const found = new Map<string, Notice>()
  for (const event of events.toSorted((one, other) => one.seq - other.seq)) {
    for (const ended of ENDED_BY.get(event.kind) ?? []) {
      const notice = found.get(`${ended.kind}:${ended.subject(event)}`)
      if (notice) notice.over = true
    }
    const rule = RULES[event.kind]
    if (!rule) continue
    const subject = rule.subject(event)
    const id = `${rule.kind}:${subject}`
    const known = found.get(id)
    found.set(id, {
      id,
      kind: rule.kind,
      tone: rule.tone,
      subject,
      path: rule.path(subject),
      count: (known?.count ?? 0) + 1,
      firstAt: known?.firstAt ?? event.at,
      at: event.at,
      seq: event.seq,
      detail: text(event.data[rule.detail]),
      over: false,
    })
  }
  return [...found.values(), ...troubles.flatMap(ofTrouble)].toSorted((one, other) => other.seq - one.seq || one.id.localeCompare(other.id))
}

/** What a person has read: everything up to a point in the log, and single notices beyond it. */
export interface ReadState {
  upTo: number
  one: Readonly<Record<string, number>>
}

export function isUnread(notice: Notice, read: ReadState): boolean {
  return notice.seq > Math.max(read.upTo, read.one[notice.id] ?? 0)
}
