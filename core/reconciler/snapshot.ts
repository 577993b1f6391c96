import type { Kysely } from 'kysely'
import { loadTenants } from '../apps/index.ts'
import type { Host, Resources } from '../contract/index.ts'
import { loadHosts } from '../hosts/index.ts'
import type { HostSnapshot, Snapshot } from '../scheduler/index.ts'
import type { Tables } from '../store/index.ts'

/**
 * What the scheduler decides on, read in one go: hosts with what is taken of them, and where instances are. With `names` only of
 * these hosts.
 */
export async function loadSnapshot(db: Kysely<Tables>, names?: readonly string[]): Promise<Snapshot> {
  const hosts = await loadHosts(db, names)
  const taken = new Map<string, Set<string>>()
  const instancesOf = new Map<string, string[]>()
  for (const { app, host, ports, counts } of await loadTenants(db, names)) {
    const there = taken.get(host) ?? new Set()
    for (const port of ports) there.add(`${port.protocol}/${port.hostPort}`)
    taken.set(host, there)
    if (!counts) continue
    const list = instancesOf.get(app)
    if (list) list.push(host)
    else instancesOf.set(app, [host])
  }
  return { hosts: hosts.map((host) => toSnapshot(host, taken.get(host.name) ?? new Set())), instancesOf }
}

function toSnapshot(host: Host, takenPorts: ReadonlySet<string>): HostSnapshot {
  const fields: Record<string, string> = { host: host.name, engine: host.engine }
  for (const field of ['centre', 'room', 'rack', 'domain'] as const) if (host[field] !== null) fields[field] = host[field]
  for (const [key, value] of Object.entries(host.labels)) fields[`label.${key}`] = value
  return {
    name: host.name,
    status: host.status,
    scheduling: host.scheduling,
    engine: host.engine,
    fields,
    allocatable: less(host.capacity, host.systemReserve),
    reserved: host.reserved,
    takenPorts,
  }
}

function less(capacity: Resources, share: Resources): Resources {
  return {
    cpuMillis: Math.max(0, capacity.cpuMillis - share.cpuMillis),
    memoryBytes: Math.max(0, capacity.memoryBytes - share.memoryBytes),
    diskBytes: Math.max(0, capacity.diskBytes - share.diskBytes),
  }
}
