import type { NewInstance } from '../apps/index.ts'
import type { HostSnapshot, Snapshot } from '../scheduler/index.ts'
import type { Store } from '../store/index.ts'
import { loadSnapshot } from './snapshot.ts'

/** A snapshot is used for this many times as long as it took to read, so that reading takes a tenth of the time at most. */
const USED_FOR = 10

/**
 * One picture of the pool for all apps that are placed at the same time: reading it takes far longer than placing an app. It may be
 * a little old. That is safe, because what is placed is checked again against the hosts it is placed on when it is written.
 */
export class SharedSnapshot {
  readonly #store: Store
  #current: { snapshot: Snapshot; hosts: Map<string, HostSnapshot>; until: number } | undefined
  #reading: Promise<Snapshot> | undefined

  constructor(store: Store) {
    this.#store = store
  }

  /** The picture as it is now or was a moment ago; with `fresh` it is read after this call. */
  async get(fresh = false): Promise<Snapshot> {
    if (fresh) {
      await this.#reading?.catch(() => undefined)
      this.forget()
    }
    if (this.#current && performance.now() < this.#current.until) return this.#current.snapshot
    return (this.#reading ??= this.#read().finally(() => (this.#reading = undefined)))
  }

  async #read(): Promise<Snapshot> {
    const startedAt = performance.now()
    const snapshot = await loadSnapshot(this.#store.db)
    const now = performance.now()
    this.#current = { snapshot, hosts: new Map(snapshot.hosts.map((host) => [host.name, host])), until: now + USED_FOR * (now - startedAt) }
    return snapshot
  }

  /** Something that is not known here has changed. */
  forget(): void {
    this.#current = undefined
  }

  /** What was just placed is taken, for those who come next. */
  took(placed: readonly NewInstance[]): void {
    if (!this.#current || placed.length === 0) return
    const { snapshot, hosts, until } = this.#current
    const instancesOf = new Map(snapshot.instancesOf)
    for (const { app, host: name, resources, ports } of placed) {
      const host = hosts.get(name)
      if (!host) continue
      const { cpuMillis, memoryBytes, diskBytes } = host.reserved
      hosts.set(name, {
        ...host,
        reserved: {
          cpuMillis: cpuMillis + resources.cpuMillis,
          memoryBytes: memoryBytes + resources.memoryBytes,
          diskBytes: diskBytes + resources.diskBytes,
        },
        takenPorts: new Set([...host.takenPorts, ...ports.map((port) => `${port.protocol}/${port.hostPort}`)]),
      })
      instancesOf.set(app, [...(instancesOf.get(app) ?? []), name])
    }
    this.#current = { snapshot: { hosts: [...hosts.values()], instancesOf }, hosts, until }
  }
}
