import {
  backoffUntil,
  deleteApp,
  findApp,
  findAppState,
  insertInstances,
  lastFailure,
  loadInstances,
  loadOpen,
  recordFailure,
  unwantInstances,
  updateAppStatus,
  type AppRecord,
  type InstanceRecord,
  type NewInstance,
} from '../apps/index.ts'
import type { Clock } from '../base/clock.ts'
import { instanceId } from '../base/ids.ts'
import { loadHostStates, type HostState } from '../hosts/index.ts'
import { fits, place, type Assignment, type Snapshot } from '../scheduler/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { brake } from './brake.ts'
import { diff, misfit, type Difference, type KnownInstance, type WantedApp } from './diff.ts'
import { placementSeed, toKnown, toWanted } from './situation.ts'
import { requestFor, resourcesOf } from './request.ts'
import type { SharedSnapshot } from './shared-snapshot.ts'
import { loadSnapshot } from './snapshot.ts'

export interface AppLoopDependencies {
  store: Store
  clock: Clock
  snapshots: SharedSnapshot
  /** Looks at the instance soon: it was placed, or is not wanted any more. */
  touchInstance(id: string): void
  lookAgain(app: string, inMs: number): void
}

/** What counts as one of its app's on its host: it has not ended, and its host answers. */
const PRESENT = new Set<InstanceRecord['instance']['status']>(['starting', 'running', 'stopping'])

interface Situation {
  record: AppRecord
  open: InstanceRecord[]
  hosts: Map<string, HostState>
  wanted: WantedApp
  known: KnownInstance[]
  difference: Difference
}

/**
 * Works on one app: reads what is wanted and what is observed, decides, and writes the decision. Touches no host. Safe to repeat
 * at any time: it starts from what is stored, not from what it did before.
 */
export class AppLoop {
  readonly #deps: AppLoopDependencies
  readonly #unsettled = new Set<string>()

  constructor(deps: AppLoopDependencies) {
    this.#deps = deps
  }

  async work(app: string): Promise<void> {
    const situation = await this.#read(app)
    if (!situation) return
    const { difference } = situation
    // What is not wanted any more may have been decided elsewhere, or by a core that was killed before it said so.
    for (const { instance } of situation.open) if (instance.wanted === 'stopped') this.#deps.touchInstance(instance.id)
    const retires = difference.stop.length > 0 || difference.failed.length > 0
    const retired = !retires || (await this.#retire(situation))
    if (!retired || difference.failed.length > 0) {
      // The failures decide how long a replacement waits, so look again with them counted; or with what was changed meanwhile.
      this.#deps.lookAgain(app, 0)
      return
    }
    if (difference.start.count > 0) await this.#start(situation)
    else await this.#noteWaiting(situation, { count: 0, summary: await this.#backoffSentence(situation) })
    if (difference.lookAgainAt !== null) this.#deps.lookAgain(app, difference.lookAgainAt - this.#deps.clock.now())
    if (situation.record.app.state === 'removing') await this.#finishRemoval(situation)
    else await this.#noteSettled(situation)
  }

  async #read(app: string): Promise<Situation | null> {
    const { store, clock } = this.#deps
    const record = await findApp(store.db, app)
    if (!record) return null
    const now = clock.now()
    const open = await loadOpen(store.db, app)
    // Only instances that cannot be reached depend on how all the other hosts are.
    const lost = open.some(({ instance }) => instance.status === 'unreachable')
    const list = await loadHostStates(store.db, lost ? undefined : [...new Set(open.map(({ instance }) => instance.host))])
    const hosts = new Map(list.map((host) => [host.name, host]))
    const verdict = brake(lost ? list : [], now)
    if (verdict.lookAgainAt !== null) this.#deps.lookAgain(app, verdict.lookAgainAt - now)
    const known = open
      .filter(({ instance }) => instance.wanted === 'running')
      .map((item) => toKnown(item, hosts.get(item.instance.host), verdict.evictable))
    const wanted = toWanted(record)
    return { record, open, hosts, wanted, known, difference: diff(wanted, known, now) }
  }

  /** Makes instances unwanted and counts failures, in one transaction; unless the app was changed since it was read. */
  async #retire({ record, open, difference }: Situation): Promise<boolean> {
    const byId = new Map(open.map((item) => [item.instance.id, item.instance]))
    const { store, clock } = this.#deps
    const stale = await store.write(async (tx) => {
      if ((await findAppState(tx.db, record.app.name))?.generation !== record.app.generation) return true
      let failures = record.failures
      const byHost = { ...failures.byHost }
      for (const id of difference.failed) {
        failures = { ...failures, ...recordFailure(record.spec.backoff, failures, clock.now()) }
        const host = byId.get(id)?.host
        if (host) byHost[host] = (byHost[host] ?? 0) + 1
      }
      for (const { id, cause } of difference.stop) {
        await unwantInstances(tx.db, [id], cause)
        const instance = byId.get(id)
        if (instance)
          tx.emit({ kind: 'instance.stopping', actor: 'system', app: instance.app, host: instance.host, instance: id, data: { cause } })
      }
      if (difference.failed.length === 0) return false
      await unwantInstances(tx.db, difference.failed, 'failed')
      const columns = { revision: record.app.revision, failures: failures.failures, last_failure_at: failures.lastFailureAt }
      await updateAppStatus(tx.db, record.app.name, { ...columns, host_failures_json: JSON.stringify(byHost) })
      const until = backoffUntil(record.spec.backoff, failures)
      tx.emit({ kind: 'app.backing-off', actor: 'system', app: record.app.name, data: { failures: failures.failures, until } })
      return false
    })
    if (stale) return false
    for (const id of [...difference.failed, ...difference.stop.map((item) => item.id)]) this.#deps.touchInstance(id)
    return true
  }

  async #start(situation: Situation): Promise<void> {
    const { record, wanted, known, difference } = situation
    const { store, clock } = this.#deps
    const now = clock.now()
    const leaving = known.filter((item) => misfit(item, wanted) !== null).map(({ host }) => host)
    const request = requestFor(record.spec, difference.start.count, { failures: record.failures.byHost, leaving })
    const seed = placementSeed(store.installation, record)
    const { assignments, refusals } = await this.#place(situation, (snapshot) => place(snapshot, [request], { now, seed }))
    const placed = assignments.map((assignment) => this.#toInstance(situation, assignment, now))
    const { accepted, stale } = await store.write((tx) => this.#commit(tx, situation, placed))
    for (const { id } of accepted) this.#deps.touchInstance(id)
    if (stale) this.#deps.snapshots.forget()
    this.#deps.snapshots.took(accepted)
    if (stale) this.#deps.lookAgain(record.app.name, 0)
    const refused = refusals[0]
    await this.#noteWaiting(situation, { count: refused?.count ?? 0, summary: refused?.summary ?? '' })
  }

  /** Decides on a picture that may be a little old, and again on a new one before it says that there is no place. */
  async #place<T extends { refusals: readonly unknown[] }>({ record, open }: Situation, decide: (snapshot: Snapshot) => T): Promise<T> {
    const there = open.filter(({ instance: { wanted, status } }) => wanted === 'running' && PRESENT.has(status))
    const own = there.map(({ instance }) => instance.host)
    const { snapshots } = this.#deps
    const on = ({ hosts, instancesOf }: Snapshot) => decide({ hosts, instancesOf: new Map([...instancesOf, [record.app.name, own]]) })
    const decision = on(await snapshots.get())
    return decision.refusals.length === 0 ? decision : on(await snapshots.get(true))
  }

  #toInstance({ record, difference }: Situation, assignment: Assignment, now: number): NewInstance {
    return {
      id: instanceId(record.app.name),
      app: record.app.name,
      revision: record.app.revision,
      restartGeneration: record.restartGeneration,
      host: assignment.host,
      cause: difference.start.cause,
      ports: assignment.ports,
      resources: resourcesOf(record.spec),
      placement: assignment.placement,
      now,
    }
  }

  /** Writes placements that still hold: the app was not changed meanwhile and each host can still take its instance. */
  async #commit(tx: Tx, { record }: Situation, placed: NewInstance[]): Promise<{ accepted: NewInstance[]; stale: boolean }> {
    const current = await findAppState(tx.db, record.app.name)
    if (current?.generation !== record.app.generation) return { accepted: [], stale: current !== undefined }
    const snapshot = await loadSnapshot(tx.db, [...new Set(placed.map(({ host }) => host))])
    const hosts = new Map(snapshot.hosts.map((host) => [host.name, host]))
    const accepted: NewInstance[] = []
    for (const item of placed) {
      const host = hosts.get(item.host)
      if (!host || !fits(host, item)) continue
      accepted.push(item)
      hosts.set(item.host, {
        ...host,
        reserved: {
          cpuMillis: host.reserved.cpuMillis + item.resources.cpuMillis,
          memoryBytes: host.reserved.memoryBytes + item.resources.memoryBytes,
          diskBytes: host.reserved.diskBytes + item.resources.diskBytes,
        },
        takenPorts: new Set([...host.takenPorts, ...item.ports.map((port) => `${port.protocol}/${port.hostPort}`)]),
      })
    }
    await insertInstances(tx.db, accepted)
    for (const item of accepted) {
      const data = { revision: item.revision, cause: item.cause, score: item.placement.score, feasible: item.placement.feasible }
      tx.emit({ kind: 'instance.placed', actor: 'system', app: item.app, host: item.host, instance: item.id, data })
    }
    return { accepted, stale: accepted.length < placed.length }
  }

  async #noteWaiting({ record }: Situation, waiting: { count: number; summary: string }): Promise<void> {
    const { app } = record
    if (app.waiting === waiting.count && app.statusMessage === waiting.summary) return
    await this.#deps.store.write(async (tx) => {
      await updateAppStatus(tx.db, app.name, { waiting: waiting.count, waiting_summary: waiting.summary })
      if (waiting.count > 0)
        tx.emit({ kind: 'app.waiting', actor: 'system', app: app.name, data: { waiting: waiting.count, summary: waiting.summary } })
    })
  }

  /** Forgets an app of which nothing is left, save on hosts that cannot be reached: what is found there later is removed then. */
  async #finishRemoval({ record, hosts }: Situation): Promise<void> {
    const { store } = this.#deps
    const left = (await loadInstances(store.db, { app: record.app.name, ended: true })).filter(
      (item) => !item.cleaned && hosts.get(item.instance.host)?.status === 'ready',
    )
    for (const { instance } of left) this.#deps.touchInstance(instance.id)
    if (left.length > 0) return
    this.#unsettled.delete(record.app.name)
    await store.write(async (tx) => {
      await deleteApp(tx.db, record.app.name)
      tx.emit({ kind: 'app.removed', actor: 'system', app: record.app.name })
    })
  }

  async #noteSettled({ record, open, known, wanted, difference }: Situation): Promise<void> {
    const { name } = record.app
    const quiet = difference.stop.length + difference.start.count === 0 && difference.lookAgainAt === null
    const serving = known.filter((item) => item.status === 'running' && (!wanted.hasHealthChecks || item.health === 'healthy'))
    // What is on a host that does not answer, replaced or to be stopped, may stay so for ever, and concerns nobody.
    const present = open.filter(({ instance }) => instance.status !== 'unreachable')
    const settled = quiet && serving.length === wanted.instances && present.length === wanted.instances
    if (!settled) this.#unsettled.add(name)
    else if (this.#unsettled.delete(name))
      await this.#deps.store.write(async (tx) => {
        tx.emit({ kind: 'app.settled', actor: 'system', app: name, data: { instances: wanted.instances, revision: record.app.revision } })
      })
  }

  async #backoffSentence({ record, wanted, known }: Situation): Promise<string> {
    const { store, clock } = this.#deps
    if (wanted.backoffUntil === null || wanted.backoffUntil <= clock.now() || known.length >= wanted.instances) return ''
    const last = await lastFailure(store.db, record.app.name)
    return `waiting to replace failed instances${last ? `: ${last}` : ''}`
  }
}
