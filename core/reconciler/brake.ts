import type { Host } from '../contract/index.ts'

type BrakeHost = Pick<Host, 'name' | 'centre' | 'status' | 'statusSince'>

export interface BrakeVerdict {
  /** Unreachable and blocked hosts whose instances may be started elsewhere. */
  evictable: ReadonlySet<string>
  on: boolean
  /** One sentence for the duty operator; empty while off. */
  reason: string
  /** When another host becomes evictable although nothing happens; null = never. */
  lookAgainAt: number | null
}

/** One host every 10 s in a healthy centre, as Kubernetes' node lifecycle controller (0.1/s). */
export const EVICTION_INTERVAL_MS = 10_000
/** One host every 100 s in a large centre that is partly down (0.01/s). */
export const SLOW_EVICTION_INTERVAL_MS = 100_000
/** A centre is partly down when this share of its hosts is. */
export const UNHEALTHY_SHARE = 0.55
/** Up to this many hosts a centre that is partly down is left alone altogether. */
export const LARGE_CENTRE = 50

/**
 * Says from which unreachable hosts instances may be moved. When most of a centre seems gone at once, the network is the likelier
 * culprit than the hosts, and moving everything would bury the rest. The rules and numbers are those of Kubernetes' node
 * lifecycle controller: with more than 2 hosts and at least 55 % of a centre down, stop (up to 50 hosts) or go slowly; with
 * every centre wholly down, stop everything; a single centre that is wholly down is moved at the normal rate.
 */
export function brake(hosts: readonly BrakeHost[], now: number): BrakeVerdict {
  const counted = hosts.filter((host) => host.status !== 'connecting')
  const centres = [...Map.groupBy(counted, (host) => host.centre ?? '').entries()]
  // A blocked host may have been installed anew, and what ran there be gone: nobody can tell, so it counts as lost too.
  const down = (list: readonly BrakeHost[]) => list.filter(({ status }) => status === 'unreachable' || status === 'blocked')
  const evictable = new Set<string>()
  const reasons: string[] = []
  let lookAgainAt: number | null = null

  if (counted.length > 2 && centres.every(([, list]) => down(list).length === list.length))
    return {
      evictable,
      on: true,
      reason: `all ${counted.length} hosts are unreachable: most likely this console lost its network`,
      lookAgainAt,
    }

  for (const [centre, list] of centres) {
    const lost = down(list).sort((a, b) => a.statusSince - b.statusSince || (a.name < b.name ? -1 : 1))
    const partly = lost.length > 2 && lost.length < list.length && lost.length / list.length >= UNHEALTHY_SHARE
    if (partly) reasons.push(`${lost.length} of ${list.length} hosts ${centre ? `of centre ${centre} ` : ''}are unreachable`)
    if (partly && list.length <= LARGE_CENTRE) continue
    const intervalMs = partly ? SLOW_EVICTION_INTERVAL_MS : EVICTION_INTERVAL_MS
    let turn = 0
    for (const host of lost) {
      turn = Math.max(host.statusSince, turn)
      if (turn <= now) evictable.add(host.name)
      else lookAgainAt = Math.min(lookAgainAt ?? Infinity, turn)
      turn += intervalMs
    }
  }
  return { evictable, on: reasons.length > 0, reason: reasons.join('; '), lookAgainAt }
}
