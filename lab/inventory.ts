import { stringify } from 'yaml'
import type { Connection, HostInput } from '../core/contract/index.ts'
import type { Credentials } from './keys.ts'
import type { Plan, PlannedHost } from './plan.ts'

/** The hosts in the form that a console imports, with their keys. Pure. */
export function inventory(plan: Plan, credentials: Credentials): HostInput[] {
  return plan.hosts.map((host) => ({
    name: host.name,
    connection: connection(host, credentials),
    labels: { lab: plan.prefix },
    centre: host.centre,
    room: host.room,
    rack: host.rack,
    domain: 'business',
    systemReserve: { cpuMillis: 0, memoryBytes: 0, diskBytes: 0 },
  }))
}

export function inventoryYaml(hosts: readonly HostInput[]): string {
  return stringify(hosts)
}

function connection(host: PlannedHost, credentials: Credentials): Connection {
  const { ca, cert, key, sshPrivateKey, hostKeys } = credentials
  if (host.kind === 'docker-tls') return { kind: 'docker-tls', address: host.address, port: 2376, ca, cert, key }
  const hostKey = hostKeys[host.name]
  const ssh = { address: host.address, port: 22, user: 'root', privateKey: sshPrivateKey, ...(hostKey === undefined ? {} : { hostKey }) }
  return host.kind === 'ssh' ? { kind: 'ssh', ssh } : { kind: 'docker-ssh', ssh, path: '/var/run/docker.sock' }
}
