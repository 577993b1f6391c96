import { CONCERN_KINDS, type App, type Concern, type ConcernKind } from '../contract/index.ts'
import type { HostFigures } from '../hosts/index.ts'

/** A host that takes no new instances for longer than this has most likely been forgotten. */
export const FORGOTTEN_MS = 24 * 3_600_000
/** So long after a change of what is wanted, missing instances are only on their way. */
const CHANGE_MS = 5000

export interface Situation {
  hosts: readonly HostFigures[]
  apps: readonly App[]
  /** Since when hosts are closed for new instances, by name. */
  closedSince: ReadonlyMap<string, number>
}

/** Everything that is wrong at `now`, the worst first. Pure. */
export function concernsOf({ hosts, apps, closedSince }: Situation, now: number): Concern[] {
  const found = [
    ...apps.flatMap((app) => appConcern(app, now) ?? []),
    ...hosts.flatMap((host) => hostConcern(host, closedSince.get(host.name), now) ?? []),
  ]
  const rank = new Map<ConcernKind, number>(CONCERN_KINDS.map((kind, index) => [kind, index]))
  return found.sort(
    (one, other) =>
      (rank.get(one.kind) ?? 0) - (rank.get(other.kind) ?? 0) || weight(other) - weight(one) || (nameOf(one) < nameOf(other) ? -1 : 1),
  )
}

export function countKinds(concerns: readonly Concern[]): Record<ConcernKind, number> {
  const counts = Object.fromEntries(CONCERN_KINDS.map((kind) => [kind, 0])) as Record<ConcernKind, number>
  for (const { kind } of concerns) counts[kind]++
  return counts
}

/** How much hangs on it: instances that are missing of an app, or that are on a host. */
function weight(concern: Concern): number {
  return 'app' in concern ? concern.app.wanted - concern.app.healthy : concern.host.instances
}

function nameOf(concern: Concern): string {
  return 'app' in concern ? concern.app.name : concern.host.name
}

function appConcern(app: App, now: number): Concern | undefined {
  const kind = appKind(app, now)
  if (!kind) return undefined
  const { name, status, wanted, running, healthy, waiting, backoffUntil, statusMessage: reason } = app
  return { kind, app: { name, status, wanted, running, healthy, waiting, backoffUntil }, reason }
}

function appKind(app: App, now: number): Extract<ConcernKind, `app-${string}`> | undefined {
  if (app.state !== 'running') return undefined
  if (app.status === 'down') return 'app-down'
  // Instances on a lost host neither run nor start, and until they may be replaced nothing is under way.
  const lost = now - app.updatedAt > CHANGE_MS ? app.wanted - app.running - app.starting - app.waiting : 0
  if (lost > 0 && app.healthy === 0 && app.starting === 0) return 'app-down'
  if (app.waiting > 0) return 'app-waiting'
  if (app.status === 'degraded' && (app.backoffUntil !== null || lost <= 0)) return 'app-backing-off'
  return lost > 0 ? 'app-short' : undefined
}

function hostConcern(host: HostFigures, closedSince: number | undefined, now: number): Concern | undefined {
  const { name, centre, room, rack, scheduling, instances, status, statusSince, statusMessage } = host
  const shown = { name, centre, room, rack, scheduling, instances }
  if (status === 'blocked' || status === 'unreachable')
    return { kind: `host-${status}`, host: shown, since: statusSince, reason: statusMessage }
  const since = closedSince ?? now
  if (scheduling === 'open' || now - since < FORGOTTEN_MS) return undefined
  return { kind: 'host-cordoned', host: shown, since, reason: '' }
}
