import type { Event, TopologyHost } from '../../../../core/contract/index.ts'

type Instance = TopologyHost['instances'][number]

const HOST_CHANGE: Partial<Record<Event['kind'], Partial<Pick<TopologyHost, 'status' | 'scheduling'>>>> = {
  'host.ready': { status: 'ready' },
  'host.unreachable': { status: 'unreachable' },
  'host.blocked': { status: 'blocked' },
  'host.key-trusted': { status: 'connecting' },
  'host.cordoned': { scheduling: 'cordoned' },
  'host.uncordoned': { scheduling: 'open' },
  'host.drain-started': { scheduling: 'draining' },
  'host.drained': { scheduling: 'drained' },
}
const INSTANCE_CHANGE: Partial<Record<Event['kind'], Partial<Pick<Instance, 'status' | 'health'>>>> = {
  'instance.placed': { status: 'starting', health: 'unknown' },
  'instance.running': { status: 'running', health: 'unknown' },
  'instance.returned': { status: 'running' },
  'instance.healthy': { health: 'healthy' },
  'instance.unhealthy': { health: 'unhealthy' },
  'instance.stopping': { status: 'stopping' },
  'instance.unreachable': { status: 'unreachable' },
}
const ENDS: ReadonlySet<Event['kind']> = new Set(['instance.stopped', 'instance.failed', 'instance.surplus'])

/** Events after which a host must be asked for before it can be shown rightly. */
export const RESHAPES: ReadonlySet<Event['kind']> = new Set(['host.added', 'host.changed', 'host.removed'])

function inOrder(a: Instance, b: Instance): number {
  return a.app === b.app ? (a.id < b.id ? -1 : 1) : a.app < b.app ? -1 : 1
}

/** The host as it is after `event`, as far as the event itself tells; the same object when it changes nothing. Pure. */
export function patchHost(host: TopologyHost, event: Event): TopologyHost {
  const change = HOST_CHANGE[event.kind]
  if (change) return { ...host, ...change }
  const { instance: id, app } = event
  if (id === null || app === null) return host
  const others = host.instances.filter((instance) => instance.id !== id)
  if (ENDS.has(event.kind)) return others.length === host.instances.length ? host : { ...host, instances: others }
  const next = INSTANCE_CHANGE[event.kind]
  const known = host.instances.find((instance) => instance.id === id)
  // What is not known and not placed just now has ended meanwhile, or the next answer brings it.
  if (!next || (!known && event.kind !== 'instance.placed')) return host
  const changed: Instance = { id, app, status: 'starting', health: 'unknown', ...known, ...next }
  return { ...host, instances: [...others, changed].sort(inOrder) }
}
