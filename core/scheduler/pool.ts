import type { BoundPort, Resources } from '../contract/index.ts'
import { hash32 } from './hash.ts'
import type { HostSnapshot, PlacementRequest, Snapshot } from './snapshot.ts'

/** One resource of all hosts, by host index. */
export interface Lane {
  allocatable: Float64Array
  free: Float64Array
}

/** One field of all hosts: `of[host]` is a position in `values`, or -1 where the host lacks the field. */
export interface Column {
  values: readonly string[]
  of: Int32Array
}

/**
 * The scheduler's own working copy of a snapshot, hosts by index. Assignments of one call are taken from it, so later
 * requests see them, while the snapshot stays as it was. Within a call it only ever gets fuller.
 */
export class Pool {
  readonly hosts: readonly HostSnapshot[]
  readonly cpu: Lane
  readonly memory: Lane
  readonly disk: Lane
  /** A number from 0 to 2^32 - 1 for each host, from the seed and the name. */
  readonly dice: Uint32Array
  /** Grows with every assignment, so that answers can be kept for as long as they hold. */
  version = 0
  readonly #snapshot: Snapshot
  readonly #index = new Map<string, number>()
  readonly #columns = new Map<string, Column>()
  readonly #boundPorts: (Set<string> | undefined)[]
  readonly #placed = new Map<string, number[]>()

  constructor(snapshot: Snapshot, seed: number | string) {
    this.#snapshot = snapshot
    this.hosts = snapshot.hosts
    this.cpu = lane(snapshot.hosts, 'cpuMillis')
    this.memory = lane(snapshot.hosts, 'memoryBytes')
    this.disk = lane(snapshot.hosts, 'diskBytes')
    this.dice = Uint32Array.from(snapshot.hosts, (host) => hash32(`${seed}/${host.name}`))
    this.#boundPorts = new Array<Set<string> | undefined>(snapshot.hosts.length)
    snapshot.hosts.forEach((host, index) => this.#index.set(host.name, index))
  }

  column(field: string): Column {
    let column = this.#columns.get(field)
    if (!column) {
      column = readColumn(this.hosts, field)
      this.#columns.set(field, column)
    }
    return column
  }

  /** Host indexes of the app's instances that count: those wanted, less those that leave, plus those of this call. */
  peers(request: PlacementRequest): number[] {
    const leaving = new Map<string, number>()
    for (const host of request.leaving) leaving.set(host, (leaving.get(host) ?? 0) + 1)
    const peers: number[] = []
    for (const host of this.#snapshot.instancesOf.get(request.app) ?? []) {
      const gone = leaving.get(host) ?? 0
      const index = this.#index.get(host)
      if (gone > 0) leaving.set(host, gone - 1)
      else if (index !== undefined) peers.push(index)
    }
    return peers.concat(this.#placed.get(request.app) ?? [])
  }

  isPortTaken(host: number, port: string): boolean {
    return this.hosts[host]?.takenPorts.has(port) === true || this.#boundPorts[host]?.has(port) === true
  }

  takenPortCount(host: number): number {
    return (this.hosts[host]?.takenPorts.size ?? 0) + (this.#boundPorts[host]?.size ?? 0)
  }

  take(host: number, request: PlacementRequest, ports: readonly BoundPort[]): void {
    this.version++
    reserve(this.cpu, host, request.resources.cpuMillis)
    reserve(this.memory, host, request.resources.memoryBytes)
    reserve(this.disk, host, request.resources.diskBytes)
    if (ports.length > 0) {
      const bound = (this.#boundPorts[host] ??= new Set())
      for (const port of ports) bound.add(`${port.protocol}/${port.hostPort}`)
    }
    const placed = this.#placed.get(request.app)
    if (placed) placed.push(host)
    else this.#placed.set(request.app, [host])
  }
}

function lane(hosts: readonly HostSnapshot[], key: keyof Resources): Lane {
  return {
    allocatable: Float64Array.from(hosts, (host) => host.allocatable[key]),
    free: Float64Array.from(hosts, (host) => host.allocatable[key] - host.reserved[key]),
  }
}

function reserve(lane: Lane, host: number, amount: number): void {
  lane.free[host] = (lane.free[host] ?? 0) - amount
}

function readColumn(hosts: readonly HostSnapshot[], field: string): Column {
  const positions = new Map<string, number>()
  const values: string[] = []
  const of = new Int32Array(hosts.length).fill(-1)
  hosts.forEach((host, index) => {
    const value = Object.hasOwn(host.fields, field) ? host.fields[field] : undefined
    if (value === undefined) return
    let position = positions.get(value)
    if (position === undefined) {
      position = values.push(value) - 1
      positions.set(value, position)
    }
    of[index] = position
  })
  return { values, of }
}
