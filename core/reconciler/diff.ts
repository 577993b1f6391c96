import type { Health, InstanceStatus } from '../contract/index.ts'

/** What is wanted of one app, as `diff` needs it. */
export interface WantedApp {
  /** 0 when the app is stopped or being removed. */
  instances: number
  /** Instances of an older revision than this one must be replaced. */
  runRevision: number
  restartGeneration: number
  hasHealthChecks: boolean
  minHealthy: number
  maxOver: number
  /** How long an instance on an unreachable host is waited for, ms. */
  replaceAfterMs: number
  /** Nothing is started before this moment; null = at once. */
  backoffUntil: number | null
  /** Whether instances of this revision failed lately, so that new ones replace rather than add. */
  failing: boolean
}

/** One instance that has not ended, or that failed and was not dealt with yet. */
export interface KnownInstance {
  id: string
  revision: number
  restartGeneration: number
  host: string
  /** Whether the host may be left: it is draining, or was removed. */
  hostLeaving: boolean
  /** Whether instances of the host may be given up; false while the mass-failure brake holds them. */
  hostEvictable: boolean
  status: InstanceStatus
  statusSince: number
  health: Health
  createdAt: number
}

export type StopCause = 'update' | 'restart' | 'drain' | 'unhealthy' | 'surplus' | 'stop' | 'lost'
export type StartCause = 'scale' | 'replace' | 'update'

export interface Difference {
  /** Instances to make unwanted, with why. */
  stop: { id: string; cause: StopCause }[]
  /** Failed instances that need a replacement and count for the back-off; `unhealthy` ones are in `stop` as well. */
  failed: string[]
  /** How many to start, with why. */
  start: { count: number; cause: StartCause }
  /** When to look again although nothing happens; null = no need. */
  lookAgainAt: number | null
}

/** A new instance without health checks counts as ready once it has run this long, as Swarm's update monitor does (5 s). */
export const SETTLE_MS = 5000

/**
 * Decides what must change so that `known` becomes what is `wanted`. Pure: same arguments, same answer; `now` is passed in.
 * Old instances go only as far as `minHealthy` of the wanted number stays ready, and at most `maxOver` more than wanted exist
 * (Marathon's upgradeStrategy: keep = ⌈n·minHealthy⌉, cap = ⌊n·(1+maxOver)⌋, cap + 1 where both are equal).
 */
export function diff(wanted: WantedApp, known: readonly KnownInstance[], now: number): Difference {
  const result: Difference = { stop: [], failed: [], start: { count: 0, cause: 'scale' }, lookAgainAt: null }
  const look = (at: number) => {
    if (at > now && (result.lookAgainAt === null || at < result.lookAgainAt)) result.lookAgainAt = at
  }
  const live = retireFailed(known, wanted, result)
  if (wanted.instances === 0) {
    result.stop.push(...live.map(({ id }) => ({ id, cause: 'stop' as const })))
    return result
  }
  const present = live.filter((item) => !isLost(item, { wanted, now, look }))
  const ready = (item: KnownInstance) => isReady(item, { wanted, now, look })
  const misfits = present.filter((item) => misfit(item, wanted) !== null)
  const fit = present.filter((item) => misfit(item, wanted) === null)

  const surplus = fit.length - wanted.instances
  if (surplus > 0) {
    result.stop.push(...victims(fit, surplus, ready).map(({ id }) => ({ id, cause: 'surplus' as const })))
  }
  if (misfits.length > 0) replace(result, { wanted, present, fit, misfits, ready })
  else if (surplus < 0) {
    const lost = wanted.failing || result.failed.length > 0 || live.length > present.length
    result.start = { count: -surplus, cause: lost ? 'replace' : 'scale' }
  }

  if (result.start.count > 0 && wanted.backoffUntil !== null && wanted.backoffUntil > now) {
    look(wanted.backoffUntil)
    result.start = { ...result.start, count: 0 }
  }
  return result
}

/** Takes out what failed or is unhealthy; the rest is live. */
function retireFailed(known: readonly KnownInstance[], wanted: WantedApp, result: Difference): KnownInstance[] {
  return known.filter((item) => {
    if (item.status === 'failed' || item.status === 'stopped') {
      result.failed.push(item.id)
      return false
    }
    if (item.status === 'running' && item.health === 'unhealthy' && wanted.instances > 0) {
      result.failed.push(item.id)
      result.stop.push({ id: item.id, cause: 'unhealthy' })
      return false
    }
    return true
  })
}

interface Moment {
  wanted: WantedApp
  now: number
  look: (at: number) => void
}

/** Whether an instance on an unreachable host was waited for long enough. It stays wanted: it may come back. */
function isLost(item: KnownInstance, { wanted, now, look }: Moment): boolean {
  if (item.status !== 'unreachable') return false
  const at = item.statusSince + wanted.replaceAfterMs
  if (at > now) look(at)
  return at <= now && item.hostEvictable
}

function isReady(item: KnownInstance, { wanted, now, look }: Moment): boolean {
  if (item.status !== 'running' || item.health === 'unhealthy') return false
  if (wanted.hasHealthChecks) return item.health === 'healthy'
  // One that is to go has served all along; only a new one has to show that it stays up.
  if (misfit(item, wanted) !== null) return true
  // Since this console saw it run: the host's own clock may be wrong by hours.
  const at = item.statusSince + SETTLE_MS
  if (at > now) look(at)
  return at <= now
}

/** Why an instance has to be replaced although nothing is wrong with it; null when it may stay. */
export function misfit(item: KnownInstance, wanted: WantedApp): 'update' | 'restart' | 'drain' | null {
  if (item.revision < wanted.runRevision) return 'update'
  if (item.restartGeneration < wanted.restartGeneration) return 'restart'
  return item.hostLeaving ? 'drain' : null
}

interface Replacing {
  wanted: WantedApp
  present: KnownInstance[]
  fit: KnownInstance[]
  misfits: KnownInstance[]
  ready: (item: KnownInstance) => boolean
}

function replace(result: Difference, { wanted, present, fit, misfits, ready }: Replacing): void {
  const n = wanted.instances
  const keep = roundUp(n * wanted.minHealthy)
  const cap = Math.max(roundDown(n * (1 + wanted.maxOver)), keep) === keep ? keep + 1 : roundDown(n * (1 + wanted.maxOver))
  const unready = misfits.filter((item) => !ready(item) && item.status !== 'unreachable')
  const stoppable = Math.max(0, present.filter(ready).length - keep)
  const readyMisfits = victims(misfits.filter(ready), stoppable)
  // Old ones that are not ready serve nobody: they go first and free their place at once.
  const going = [...unready, ...readyMisfits]
  result.stop.push(...going.map((item) => ({ id: item.id, cause: misfit(item, wanted) ?? 'update' })))
  const missing = n - fit.length
  const room = cap - (present.length - going.length)
  result.start = { count: Math.max(0, Math.min(missing, room)), cause: 'update' }
}

/** Doubles give 100 × 0.55 = 55.000000000000007; people mean 55. */
function roundUp(value: number): number {
  return Math.ceil(value - 1e-9)
}

function roundDown(value: number): number {
  return Math.floor(value + 1e-9)
}

const STATUS_ORDER: Record<InstanceStatus, number> = { stopped: 0, failed: 0, unreachable: 1, starting: 2, stopping: 2, running: 4 }

/**
 * Which `count` of alike instances to stop: unhealthy and unreachable ones first, then those that are not ready yet, then from
 * the host that has most of them, then the youngest. Marathon's kill selection, with health added.
 */
export function victims(
  items: readonly KnownInstance[],
  count: number,
  ready: (item: KnownInstance) => boolean = () => false,
): KnownInstance[] {
  const perHost = new Map<string, number>()
  for (const item of items) perHost.set(item.host, (perHost.get(item.host) ?? 0) + 1)
  const rank = (item: KnownInstance) => (item.health === 'unhealthy' ? 0 : 10) + STATUS_ORDER[item.status] + (ready(item) ? 5 : 0)
  const chosen: KnownInstance[] = []
  for (const value of [...new Set(items.map(rank))].sort((a, b) => a - b)) {
    const youngestFirst = items.filter((item) => rank(item) === value).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
    const byHost = Map.groupBy(youngestFirst, (item) => item.host)
    while (chosen.length < count && byHost.size > 0) {
      const next = takeFromFullest(byHost, perHost)
      if (next) chosen.push(next)
    }
  }
  return chosen
}

function takeFromFullest(byHost: Map<string, KnownInstance[]>, perHost: Map<string, number>): KnownInstance | undefined {
  let best: { host: string; queue: KnownInstance[]; count: number } | undefined
  for (const [host, queue] of byHost) {
    const count = perHost.get(host) ?? 0
    const younger = (queue[0]?.createdAt ?? 0) > (best?.queue[0]?.createdAt ?? 0)
    if (!best || count > best.count || (count === best.count && younger)) best = { host, queue, count }
  }
  if (!best) return undefined
  const next = best.queue.shift()
  if (best.queue.length === 0) byHost.delete(best.host)
  perHost.set(best.host, best.count - 1)
  return next
}
