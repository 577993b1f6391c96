import type { AppSpec, BoundPort, Resources } from '../contract/index.ts'
import { place, type HostSnapshot, type Snapshot } from '../scheduler/index.ts'
import { diff, type KnownInstance, type WantedApp } from './diff.ts'
import { requestFor } from './request.ts'

/** An instance in the play: what `diff` sees of it, and what it takes from its host. */
export interface Piece extends KnownInstance {
  resources: Resources
  ports: readonly BoundPort[]
}

export interface Play {
  snapshot: Snapshot
  spec: AppSpec
  wanted: WantedApp
  pieces: readonly Piece[]
  /** As the reconciler will choose it, so that ties fall the same way. */
  seed: string
  now: number
}

export interface Outcome {
  started: Piece[]
  stopped: Piece[]
  kept: Piece[]
  /** Instances no host could take, and why. */
  waiting: number
  summary: string
  /** The fewest that were ready at any moment. */
  leastReady: number
  /** The hosts as they would be then. */
  hosts: HostSnapshot[]
}

/** Far more than any change needs; keeps a play that never rests from going on for ever. */
const MAX_ROUNDS = 20_000
/** Long enough for a new instance to count as ready. */
const ROUND_MS = 60_000

/**
 * Plays a change through to its end with the very functions that decide about real ones, `diff` and `place`, as if every started
 * instance became ready. Pure: nothing is changed, the same arguments give the same answer.
 */
export function playThrough(play: Play): Outcome {
  const { spec, wanted } = play
  const resources = requestFor(spec, 1).resources
  const hosts = new Map(play.snapshot.hosts.map((host) => [host.name, host]))
  const stopped: Piece[] = []
  let pieces = [...play.pieces]
  let waiting = { count: 0, summary: '' }
  let leastReady = Infinity
  const started = new Set<string>()
  const everStarted: Piece[] = []

  for (let round = 0, now = play.now; round < MAX_ROUNDS; round++, now += ROUND_MS) {
    const decision = diff({ ...wanted, backoffUntil: null }, pieces, now)
    const going = new Set([...decision.stop.map(({ id }) => id), ...decision.failed])
    for (const piece of pieces.filter(({ id }) => going.has(id))) {
      release(hosts, piece)
      stopped.push(piece)
    }
    pieces = pieces.filter(({ id }) => !going.has(id))
    leastReady = Math.min(leastReady, pieces.filter((piece) => piece.status === 'running' && piece.health !== 'unhealthy').length)
    const fresh = decision.start.count > 0 ? startSome({ ...play, resources, hosts, pieces, now, round }, decision.start.count) : null
    waiting = { count: fresh?.refused ?? 0, summary: fresh?.summary ?? '' }
    for (const piece of fresh?.pieces ?? []) {
      take(hosts, piece)
      started.add(piece.id)
      everStarted.push(piece)
    }
    pieces = [...pieces, ...(fresh?.pieces ?? [])]
    if (going.size === 0 && (fresh?.pieces.length ?? 0) === 0) break
  }
  const gone = new Set(stopped.map(({ id }) => id))
  return {
    started: everStarted.filter(({ id }) => !gone.has(id)),
    stopped: stopped.filter(({ id }) => !started.has(id)),
    kept: pieces.filter(({ id }) => !started.has(id)),
    waiting: waiting.count,
    summary: waiting.summary,
    leastReady: leastReady === Infinity ? pieces.length : leastReady,
    hosts: [...hosts.values()],
  }
}

interface Moment extends Play {
  resources: Resources
  hosts: Map<string, HostSnapshot>
  round: number
}

function startSome(moment: Moment, count: number): { pieces: Piece[]; refused: number; summary: string } {
  const { spec, wanted, hosts, pieces, now, round, resources } = moment
  const leaving = pieces.filter(
    (piece) => piece.hostLeaving || piece.revision < wanted.runRevision || piece.restartGeneration < wanted.restartGeneration,
  )
  const instancesOf = new Map(moment.snapshot.instancesOf)
  instancesOf.set(
    spec.name,
    pieces.filter(({ status }) => status !== 'unreachable').map(({ host }) => host),
  )
  const request = requestFor(spec, count, { leaving: leaving.map(({ host }) => host) })
  const { assignments, refusals } = place({ hosts: [...hosts.values()], instancesOf }, [request], { now, seed: moment.seed })
  const fresh = assignments.map(({ host, ports }, index): Piece => ({
    id: `new-${round}-${index}`,
    revision: wanted.runRevision,
    restartGeneration: wanted.restartGeneration,
    host,
    hostLeaving: false,
    hostEvictable: true,
    status: 'running',
    statusSince: now,
    health: 'healthy',
    createdAt: now,
    resources,
    ports,
  }))
  return { pieces: fresh, refused: refusals[0]?.count ?? 0, summary: refusals[0]?.summary ?? '' }
}

const key = (port: BoundPort) => `${port.protocol}/${port.hostPort}`

function take(hosts: Map<string, HostSnapshot>, { host: name, resources, ports }: Piece): void {
  const host = hosts.get(name)
  if (host)
    hosts.set(name, { ...host, reserved: add(host.reserved, resources, 1), takenPorts: new Set([...host.takenPorts, ...ports.map(key)]) })
}

function release(hosts: Map<string, HostSnapshot>, { host: name, resources, ports }: Piece): void {
  const host = hosts.get(name)
  if (!host) return
  const freed = new Set(ports.map(key))
  const takenPorts = new Set([...host.takenPorts].filter((port) => !freed.has(port)))
  hosts.set(name, { ...host, reserved: add(host.reserved, resources, -1), takenPorts })
}

function add(a: Resources, b: Resources, times: 1 | -1): Resources {
  return {
    cpuMillis: a.cpuMillis + times * b.cpuMillis,
    memoryBytes: a.memoryBytes + times * b.memoryBytes,
    diskBytes: a.diskBytes + times * b.diskBytes,
  }
}
