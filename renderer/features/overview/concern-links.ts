import type { Concern } from '../../../core/contract/index.ts'
import { nameOfConcern } from '../../shared/duty/concern.ts'

export interface ConcernLinks {
  /** The page of what it is about. */
  subject: string
  /** What happened to it, as evidence. */
  events: { path: string; query: Record<string, string> }
  /** Where to do something about it, and the key of what that is. */
  next: { path: string; key: string }
}

const APP_TABS = { waits: 'placement', fails: 'logs', lost: 'instances' } as const

function appNext(concern: Extract<Concern, { app: unknown }>): keyof typeof APP_TABS {
  if (concern.app.waiting > 0) return 'waits'
  return concern.kind === 'app-short' || concern.app.backoffUntil === null ? 'lost' : 'fails'
}

const HOST_NEXT = { 'host-blocked': 'compare', 'host-unreachable': 'test', 'host-cordoned': 'open' } as const

/** Where a concern is shown, proven and mended. Pure. */
export function linksOf(concern: Concern): ConcernLinks {
  const name = nameOfConcern(concern)
  if (!('app' in concern)) {
    const subject = `/hosts/${name}`
    return {
      subject,
      events: { path: '/events', query: { host: name } },
      next: { path: subject, key: `overview.next.${HOST_NEXT[concern.kind]}` },
    }
  }
  const next = appNext(concern)
  const subject = `/apps/${name}`
  return {
    subject,
    events: { path: '/events', query: { app: name } },
    next: { path: `${subject}/${APP_TABS[next]}`, key: `overview.next.${next}` },
  }
}
