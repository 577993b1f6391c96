import { findInstance, loadInstances, loadUncleaned, updateInstanceObserved } from '../apps/index.ts'
import type { Clock } from '../base/clock.ts'
import type { Host } from '../contract/index.ts'
import type { EngineInfo, ObservedRun } from '../engines/index.ts'
import { findHost, noteSeen, pinHostKey, updateHost, updateObserved } from '../hosts/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { compareRuns, type Comparison } from './compare-runs.ts'

/** Signs of life are written together, this long after the first: every write waits for the disk. */
const SEEN_DELAY_MS = 5000

/** What a host answered: its instances, and, right after connecting, what it is. */
interface Seen {
  runs: readonly ObservedRun[]
  info?: EngineInfo
  hostKey?: string | null
}

/** The only writer of observed state: what hosts and their instances are seen to do. Each report is one transaction. */
export class Observer {
  readonly #store: Store
  readonly #clock: Clock
  readonly #seen = new Map<string, number>()
  #writeSeen: NodeJS.Timeout | undefined

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /**
   * Writes what a host reports to run. With `info` the host has just been connected and becomes ready in the same transaction, so
   * nobody sees it ready with stale instances. Returns what the loops have to look at.
   */
  async report(host: string, seen: Seen): Promise<Comparison & { apps: string[] }> {
    const unchanged = await this.#compareOnly(host, seen)
    if (unchanged) return unchanged
    return this.#store.write(async (tx) => {
      const current = await findHost(tx.db, host)
      if (!current) return { observations: [], touch: [], orphans: [], strays: [], apps: [] }
      const now = this.#clock.now()
      if (seen.info) await this.#becomeReady(tx, host, { info: seen.info, wasReady: current.status === 'ready' })
      if (seen.hostKey && current.connection.hostKey === undefined) {
        await pinHostKey(tx.db, host, seen.hostKey)
        tx.emit({ kind: 'host.key-pinned', actor: 'system', host, data: { hostKey: seen.hostKey } })
      }
      const comparison = compareRuns(seen.runs, await loadUncleaned(tx.db, host), now)
      for (const { record, columns, event } of comparison.observations) {
        const { id, app } = record.instance
        const restarted =
          columns.status === 'running' ? { health: record.instance.status === 'unreachable' ? record.instance.health : 'unknown' } : {}
        await updateInstanceObserved(tx.db, id, { ...columns, ...restarted, ...(columns.status ? { status_since: now } : {}) })
        if (event)
          tx.emit({
            kind: event,
            actor: 'system',
            app,
            host,
            instance: id,
            data: { message: columns.message ?? '', exitCode: columns.exit_code ?? null },
          })
      }
      if (current.scheduling === 'draining') await this.#noteDrained(tx, host)
      return { ...comparison, apps: [...new Set(comparison.observations.map(({ record }) => record.instance.app))] }
    })
  }

  /** The comparison when there is nothing to write, as nearly always: a transaction would wait for the disk. Null when there is. */
  async #compareOnly(host: string, { runs, info, hostKey }: Seen): Promise<(Comparison & { apps: string[] }) | null> {
    const { db } = this.#store
    const current = await findHost(db, host)
    if (!current || current.scheduling === 'draining') return null
    if (info && !isKnown(info, current)) return null
    if (hostKey && current.connection.hostKey === undefined) return null
    const comparison = compareRuns(runs, await loadUncleaned(db, host), this.#clock.now())
    if (comparison.observations.length > 0) return null
    this.seen(host)
    return { ...comparison, apps: [] }
  }

  async #becomeReady(tx: Tx, host: string, { info, wasReady }: { info: EngineInfo; wasReady: boolean }): Promise<void> {
    const now = this.#clock.now()
    await updateObserved(tx.db, host, {
      status: 'ready',
      ...(wasReady ? {} : { status_since: now }),
      status_message: '',
      engine_version: info.version,
      os: info.os,
      cpu_millis: info.capacity.cpuMillis,
      memory_bytes: info.capacity.memoryBytes,
      disk_bytes: info.capacity.diskBytes,
      last_seen_at: now,
      offered_host_key: null,
    })
    if (!wasReady) tx.emit({ kind: 'host.ready', actor: 'system', host, data: { engine: info.version } })
  }

  async #noteDrained(tx: Tx, host: string): Promise<void> {
    const current = await findHost(tx.db, host)
    if (current?.scheduling !== 'draining' || current.instances > 0) return
    await updateHost(tx.db, host, { scheduling: 'drained' })
    tx.emit({ kind: 'host.drained', actor: 'system', host })
  }

  /** Looks whether a draining host is empty by now. */
  async noteDrained(host: string): Promise<void> {
    const current = await findHost(this.#store.db, host)
    if (current?.scheduling === 'draining' && current.instances === 0) await this.#store.write((tx) => this.#noteDrained(tx, host))
  }

  /** Marks a host that does not answer, and what runs there, as unreachable. Returns the apps concerned. */
  async lost(host: string, message: string): Promise<string[]> {
    return this.#store.write(async (tx) => {
      const current = await findHost(tx.db, host)
      if (!current) return []
      const now = this.#clock.now()
      if (current.status === 'unreachable') {
        if (current.statusMessage !== message) await updateObserved(tx.db, host, { status_message: message })
        return []
      }
      await updateObserved(tx.db, host, { status: 'unreachable', status_since: now, status_message: message })
      tx.emit({ kind: 'host.unreachable', actor: 'system', host, data: { message, instances: current.instances } })
      return this.#leaveBehind(tx, host, now)
    })
  }

  /** Marks a host whose SSH key changed: nothing is sent to it until a person decides. */
  async blocked(host: string, offeredHostKey: string): Promise<string[]> {
    return this.#store.write(async (tx) => {
      const current = await findHost(tx.db, host)
      if (!current || (current.status === 'blocked' && current.offeredHostKey === offeredHostKey)) return []
      const now = this.#clock.now()
      const message = 'the SSH host key is not the pinned one'
      await updateObserved(tx.db, host, { status: 'blocked', status_since: now, status_message: message, offered_host_key: offeredHostKey })
      tx.emit({ kind: 'host.blocked', actor: 'system', host, data: { offeredHostKey, pinned: current.connection.hostKey ?? null } })
      return this.#leaveBehind(tx, host, now)
    })
  }

  async #leaveBehind(tx: Tx, host: string, now: number): Promise<string[]> {
    const apps = new Set<string>()
    for (const { instance } of await loadInstances(tx.db, { host, ended: false })) {
      apps.add(instance.app)
      if (instance.status === 'unreachable') continue
      await updateInstanceObserved(tx.db, instance.id, { status: 'unreachable', status_since: now })
      tx.emit({ kind: 'instance.unreachable', actor: 'system', app: instance.app, host, instance: instance.id })
    }
    return [...apps]
  }

  /** The host answered a moment ago. It is written within seconds, with what was heard of other hosts. */
  seen(host: string): void {
    this.#seen.set(host, this.#clock.now())
    // What fails is written with the next sign of life.
    this.#writeSeen ??= setTimeout(() => void this.flush().catch(() => undefined), SEEN_DELAY_MS)
  }

  /** Writes the signs of life that were not written yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#writeSeen)
    this.#writeSeen = undefined
    if (this.#seen.size === 0) return
    const seen = new Map(this.#seen)
    this.#seen.clear()
    await this.#store.write((tx) => noteSeen(tx.db, seen))
  }

  /** Writes a new health verdict, unless the instance ended or is being stopped meanwhile: then its health is of no interest. */
  async health(instance: { id: string; app: string; host: string }, health: string, message: string): Promise<void> {
    await this.#store.write(async (tx) => {
      const current = (await findInstance(tx.db, instance.id))?.instance
      if (current?.status !== 'running' || current.wanted !== 'running') return
      await updateInstanceObserved(tx.db, instance.id, { health, message })
      const kind = health === 'healthy' ? 'instance.healthy' : 'instance.unhealthy'
      tx.emit({ kind, actor: 'system', app: instance.app, host: instance.host, instance: instance.id, data: { message } })
    })
  }
}

/** Whether the host is ready and what it says it is, as after a restart of this core alone. */
function isKnown({ version, os, capacity }: EngineInfo, host: Host): boolean {
  const { cpuMillis, memoryBytes, diskBytes } = host.capacity
  return (
    host.status === 'ready' &&
    host.offeredHostKey === null &&
    host.engineVersion === version &&
    host.os === os &&
    cpuMillis === capacity.cpuMillis &&
    memoryBytes === capacity.memoryBytes &&
    diskBytes === capacity.diskBytes
  )
}
