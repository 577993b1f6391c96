import { loadPresent } from '../apps/index.ts'
import type { Host, Topology, TopologyHost } from '../contract/index.ts'
import { loadHosts } from '../hosts/index.ts'
import type { Store } from '../store/index.ts'

interface Sources {
  store: Store
  used(host: string): Host['used']
}

/** Every host with its place, use, state and instances, or only the hosts with these names: two queries, however many there are. */
export async function topology(sources: Sources, names?: readonly string[]): Promise<Topology> {
  const { db, latestSeq: seq } = sources.store
  // The position is read first: what is written meanwhile is shown now, and told once more by its event.
  const [hosts, present] = await Promise.all([loadHosts(db, names), loadPresent(db, names)])
  const onHost = Map.groupBy(present, ({ host }) => host)
  return { seq, hosts: hosts.map((host) => picture(host, { used: sources.used(host.name), instances: onHost.get(host.name) ?? [] })) }
}

function picture(
  host: Host,
  { used, instances }: { used: Host['used']; instances: Awaited<ReturnType<typeof loadPresent>> },
): TopologyHost {
  const { name, centre, room, rack, domain, labels, status, statusMessage, scheduling, capacity, reserved } = host
  return {
    ...{ name, centre, room, rack, domain, labels, status, statusMessage, scheduling, used },
    cpuMillis: capacity.cpuMillis,
    memoryBytes: capacity.memoryBytes,
    reservedCpuMillis: reserved.cpuMillis,
    reservedMemoryBytes: reserved.memoryBytes,
    instances: instances.map(({ id, app, status: state, health }) => ({ id, app, status: state, health })),
  }
}
