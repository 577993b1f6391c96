import type { Constraint, PortSpec } from '../contract/index.ts'
import type { HostSnapshot, PlacementRequest, Snapshot } from './snapshot.ts'

export const Mi = 2 ** 20
export const Gi = 2 ** 30

/** A ready, empty Docker host with 4 cores, 8Gi and unknown disk; for tests. */
export function host(name: string, change: Partial<HostSnapshot> = {}): HostSnapshot {
  return {
    name,
    status: 'ready',
    scheduling: 'open',
    engine: 'docker',
    allocatable: { cpuMillis: 4000, memoryBytes: 8 * Gi, diskBytes: 0 },
    reserved: { cpuMillis: 0, memoryBytes: 0, diskBytes: 0 },
    takenPorts: new Set(),
    ...change,
    fields: { host: name, engine: change.engine ?? 'docker', ...change.fields },
  }
}

/** One instance of "shop" from an image, 100m and 128Mi, without preferences; for tests. */
export function request(change: Partial<PlacementRequest> = {}): PlacementRequest {
  return {
    app: 'shop',
    count: 1,
    image: true,
    artifact: false,
    command: false,
    resources: { cpuMillis: 100, memoryBytes: 128 * Mi, diskBytes: 0 },
    ports: [],
    constraints: [],
    spread: [],
    failures: {},
    leaving: [],
    ...change,
  }
}

export const port = (value: PortSpec['host'], protocol: PortSpec['protocol'] = 'tcp'): PortSpec => ({
  name: `p${value}`,
  host: value,
  protocol,
})

export const snapshotOf = (hosts: readonly HostSnapshot[], instancesOf: Record<string, readonly string[]> = {}): Snapshot => ({
  hosts,
  instancesOf: new Map(Object.entries(instancesOf)),
})

/** `racks(2, 3)`: hosts a1 to a3 in rack A and b1 to b3 in rack B. */
export const racks = (count: number, perRack: number): HostSnapshot[] =>
  Array.from({ length: count }, (_, rack) => {
    const letter = String.fromCharCode(97 + rack)
    return Array.from({ length: perRack }, (__, index) => host(`${letter}${index + 1}`, { fields: { rack: letter.toUpperCase() } }))
  }).flat()

export const on = (field: string, operator: Constraint['operator'], value?: string | number): Constraint =>
  ({ field, operator, ...(value === undefined ? {} : { value }) }) as Constraint
