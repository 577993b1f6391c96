import type { Event, Overview } from '../../../core/contract/index.ts'

export const GUIDE_STEPS = ['sign-in', 'hosts', 'run', 'scale', 'heal', 'why'] as const
export type GuideStep = (typeof GUIDE_STEPS)[number]

/** What the steps are read from. */
export interface GuideFacts {
  signedIn: boolean
  overview: Pick<Overview, 'hosts' | 'apps'> | null
  /** Events of the kinds in `GUIDE_KINDS`. */
  events: readonly Event[]
  /** The person has looked at a placement; that leaves no trace in the console. */
  looked: boolean
}

export const GUIDE_KINDS = ['app.scaled', 'app.settled', 'instance.stopping'] as const

/** An instance that a person stopped, and afterwards its app ran as wanted again. */
function hasHealed(events: readonly Event[]): boolean {
  const stopped = events.filter(({ kind, data }) => kind === 'instance.stopping' && data['cause'] === 'asked')
  return stopped.some((stop) => events.some(({ kind, app, seq }) => kind === 'app.settled' && app === stop.app && seq > stop.seq))
}

/** Which steps are done, found from what is so, not from what was clicked. Pure. */
export function doneSteps({ signedIn, overview, events, looked }: GuideFacts): ReadonlySet<GuideStep> {
  const runs = events.some(({ kind }) => kind === 'app.settled')
  const done: Record<GuideStep, boolean> = {
    'sign-in': signedIn,
    hosts: (overview?.hosts.ready ?? 0) > 0,
    run: runs || (overview?.apps.healthy ?? 0) > 0,
    scale: events.some(({ kind }) => kind === 'app.scaled'),
    heal: hasHealed(events),
    why: looked,
  }
  return new Set(GUIDE_STEPS.filter((step) => done[step]))
}
