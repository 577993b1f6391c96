import {
  appNames,
  findInstance,
  findRevision,
  findWanted,
  forgetEnded,
  hostsOfApp,
  loadAbandoned,
  loadInstances,
  loadPresent,
  loadUncleaned,
  pullBackFailures,
  pullBackInstanceTimes,
  waitingApps,
  type Artifacts,
} from '../apps/index.ts'
import type { Clock } from '../base/clock.ts'
import { KeyedQueue } from '../base/keyed-queue.ts'
import { Semaphore } from '../base/semaphore.ts'
import { SharedRun } from '../base/shared-run.ts'
import type { Logger } from '../base/logger.ts'
import type { Health } from '../contract/index.ts'
import type { Engine, EngineInfo, ObservedRun } from '../engines/index.ts'
import { hostNames, loadHostStates, pullBackHostTimes } from '../hosts/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Store } from '../store/index.ts'
import { AppLoop } from './app-loop.ts'
import { brake } from './brake.ts'
import { HealthProbes, type Watched } from './health-probe.ts'
import { HostSession, type OpenedHost } from './host-session.ts'
import { InstanceLoop } from './instance-loop.ts'
import { Observer } from './observe.ts'
import { SharedSnapshot } from './shared-snapshot.ts'

export interface ReconcilerDependencies {
  store: Store
  clock: Clock
  logger: Logger
  secrets: Secrets
  artifacts: Artifacts
  /** Opens a host's connection as it is stored now; null when there is no such host. */
  connect(host: string): Promise<OpenedHost | null>
  /** Generation of a host's stored connection; null when there is no such host. */
  generation(host: string): Promise<number | null>
  /** The SSH fingerprint a host showed instead of the pinned one, if that is what `error` says. */
  offeredKey(error: unknown): string | null
  /** Told how long one look at an app took. */
  measured?(durationMs: number): void
}

const APPS_AT_ONCE = 4
/** Nearly all of these wait for a host; each host bounds what it is asked at once, so that a slow one does not hold up the others. */
const INSTANCES_AT_ONCE = 4096
const HOSTS_AT_ONCE = 16
/** Hosts that are connected at the same time; one that does not answer makes room for the next after a while. */
const GREETINGS_AT_ONCE = 32
const OPENED_TOGETHER = 16
const GREETING_TURN_MS = 500
/** Everything is looked at again this often, in case a wake-up was missed. */
const SWEEP_INTERVAL_MS = 30_000
/** A list may have been read this long before it is looked at. */
const LIST_MAY_BE_OLD_MS = 30_000
const STRAY_GRACE_MS = 10_000
/** Ended instances are remembered this long. */
const REMEMBER_ENDED_MS = 24 * 3_600_000

/**
 * Closes the difference between what is wanted and what is observed, for as long as it runs. Level-driven: every piece of work
 * starts from what is stored, so it can be stopped or killed at any point and started again.
 */
export class Reconciler {
  readonly #deps: ReconcilerDependencies
  readonly #observer: Observer
  readonly #snapshots: SharedSnapshot
  readonly #sessions = new Map<string, HostSession>()
  readonly #apps: KeyedQueue
  readonly #instances: KeyedQueue
  readonly #hosts: KeyedQueue
  readonly #probes: HealthProbes
  readonly #greetings = new Semaphore(GREETINGS_AT_ONCE)
  readonly #brakeNote = new SharedRun(() => this.#noteBrakeNow())
  readonly #waitingTouch = new SharedRun(() => this.#touchWaitingNow())
  #sweep: NodeJS.Timeout | undefined
  readonly #background = new Set<Promise<void>>()
  /** Unknown instances that are being removed (Infinity), or were removed at that moment: a list of before may still have them. */
  readonly #orphans = new Map<string, number>()
  #braked = false
  #started = false
  #stopped = false

  constructor(deps: ReconcilerDependencies) {
    this.#deps = deps
    const { store, clock, logger, secrets, artifacts } = deps
    this.#observer = new Observer(store, clock)
    this.#snapshots = new SharedSnapshot(store)
    const appLoop = new AppLoop({
      store,
      clock,
      snapshots: this.#snapshots,
      touchInstance: (id) => this.#instances.add(id),
      lookAgain: (app, inMs) => this.#apps.addAfter(app, Math.max(0, inMs)),
    })
    const instanceLoop = new InstanceLoop({
      store,
      clock,
      secrets,
      artifacts,
      connected: (host) => {
        const session = this.#sessions.get(host)
        return session?.connected ? session : undefined
      },
      touchApp: (app) => this.#touchApp(app),
      placeFreed: () => this.#inBackground(this.#touchWaiting()),
      lookAgain: (id, inMs) => this.#instances.addAfter(id, inMs),
    })
    const onError = (what: string) => (key: string, error: unknown, retryInMs: number) =>
      logger.warn({ [what]: key, err: error, retryInMs }, `work on an ${what} failed`)
    this.#apps = new KeyedQueue({
      concurrency: APPS_AT_ONCE,
      work: async (app) => {
        const startedAt = clock.monotonic()
        await appLoop.work(app)
        deps.measured?.(clock.monotonic() - startedAt)
      },
      onError: onError('app'),
    })
    this.#instances = new KeyedQueue({ concurrency: INSTANCES_AT_ONCE, work: (id) => instanceLoop.work(id), onError: onError('instance') })
    this.#hosts = new KeyedQueue({ concurrency: HOSTS_AT_ONCE, work: (host) => this.#followHost(host), onError: onError('host') })
    this.#probes = new HealthProbes({
      clock,
      logger,
      engine: (host) => this.engine(host),
      verdict: async (instance, health, message) => {
        await this.#observer.health(instance, health, message)
        this.#touchApp(instance.app)
      },
    })
  }

  async start(): Promise<void> {
    this.#started = true
    await this.#sweepAll()
    this.#inBackground(this.#openAll())
    this.#sweep = setInterval(() => this.#inBackground(this.#sweepAll()), SWEEP_INTERVAL_MS)
  }

  /** Nobody waits for the hosts: there may be thousands, and what is stored of them can be asked for meanwhile. */
  async #openAll(): Promise<void> {
    for (const [index, host] of (await hostNames(this.#deps.store.db)).entries()) {
      if (index % OPENED_TOGETHER === 0) await new Promise((resolve) => setImmediate(resolve))
      this.#open(host)
    }
  }

  /** Lets go of every host. Instances go on running. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#sweep)
    this.#probes.stop()
    await Promise.all([...this.#sessions.values()].map((session) => session.stop()))
    await Promise.all([this.#hosts.stop(), this.#apps.stop(), this.#instances.stop()])
    await Promise.all(this.#background)
    await this.#observer.flush()
  }

  /** Work that nobody waits for, save `stop`. What fails is done again at the next look. */
  #inBackground(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        if (!this.#stopped) this.#deps.logger.error({ err: error }, 'work in the background failed')
      })
      .finally(() => this.#background.delete(done))
    this.#background.add(done)
  }

  /** The engine of a host, if it is connected now. */
  engine(host: string): Engine | undefined {
    const session = this.#sessions.get(host)
    return session?.connected ? session.engine : undefined
  }

  /** Something was wanted of an app. Before the start there is nothing to do: the start looks at everything. */
  appChanged(app: string): void {
    if (!this.#started) return
    this.#touchApp(app)
    this.#inBackground(this.#resync(app))
  }

  /** A host was added, changed or removed: connects anew where needed, and looks at every app it concerns. */
  hostChanged(name: string): void {
    if (!this.#started) return
    this.#hosts.add(name)
  }

  async #followHost(name: string): Promise<void> {
    this.#snapshots.forget()
    const generation = await this.#deps.generation(name)
    const session = this.#sessions.get(name)
    // One that is still connecting has no generation yet: it may be trying what was just changed.
    if (session && session.generation !== generation) {
      this.#sessions.delete(name)
      // It reports nothing any more; what it waits for need not hold up its successor.
      this.#inBackground(session.stop())
      this.#probes.sync(name, [])
    }
    if (generation === null) for (const { instance } of await loadUncleaned(this.#deps.store.db, name)) this.#instances.add(instance.id)
    else if (this.#sessions.has(name)) session?.refresh()
    else this.#open(name)
    await this.#observer.noteDrained(name)
    if (generation === null) await this.#noteBrake()
    for (const { app } of await loadPresent(this.#deps.store.db, [name])) this.#touchApp(app)
    await this.#touchWaiting()
  }

  /** Why moving instances is on hold, if it is. */
  async brakeState(): Promise<{ on: boolean; reason: string }> {
    const { on, reason } = brake(await loadHostStates(this.#deps.store.db), this.#deps.clock.now())
    return { on, reason }
  }

  #touchApp(app: string): void {
    this.#apps.add(app)
  }

  #open(name: string): void {
    if (this.#stopped || this.#sessions.has(name)) return
    const { clock, logger, store } = this.#deps
    const session: HostSession = new HostSession(name, {
      clock,
      logger,
      installation: store.installation,
      greetInTurn: (work) => this.#greetings.run(work, GREETING_TURN_MS),
      connect: (host) => this.#deps.connect(host),
      report: (host, seen) => this.#report(host, seen),
      lost: async (host, message) => {
        const apps = await this.#observer.lost(host, message)
        this.#snapshots.forget()
        this.#probes.sync(host, [])
        await this.#noteBrake()
        for (const app of apps) this.#touchApp(app)
      },
      blocked: async (host, error) => {
        const offered = this.#deps.offeredKey(error)
        if (offered === null) return false
        for (const app of await this.#observer.blocked(host, offered)) this.#touchApp(app)
        return true
      },
      seen: (host) => this.#observer.seen(host),
    })
    this.#sessions.set(name, session)
    session.start()
  }

  async #report(host: string, seen: { runs: ObservedRun[]; info?: EngineInfo; hostKey?: string | null }): Promise<() => void> {
    const { touch, orphans, strays, apps, observations } = await this.#observer.report(host, seen)
    return () => {
      if (seen.info) this.#inBackground(this.#hostIsReady(host))
      for (const id of touch) this.#instances.add(id)
      for (const app of apps) this.#touchApp(app)
      for (const run of orphans) this.#inBackground(this.#removeOrphan(host, run))
      for (const run of strays) this.#inBackground(this.#endStray(host, run))
      const freed = observations.some(({ columns }) => columns.status === 'failed' || columns.status === 'stopped')
      if (freed) this.#inBackground(this.#touchWaiting())
      this.#inBackground(this.#watchHealth(host))
    }
  }

  async #hostIsReady(host: string): Promise<void> {
    if (this.#stopped) return
    this.#snapshots.forget()
    for (const { instance } of await loadUncleaned(this.#deps.store.db, host))
      if (instance.wanted === 'stopped' || instance.status === 'starting') this.#instances.add(instance.id)
    await this.#noteBrake()
    await this.#touchWaiting()
  }

  /** Something of ours runs that the store knows nothing of, as after restoring an older backup. It cannot be kept: nobody would watch it. */
  async #removeOrphan(host: string, run: ObservedRun): Promise<void> {
    const engine = this.engine(host)
    const now = this.#deps.clock.monotonic()
    for (const [id, removedAt] of this.#orphans) if (now - removedAt >= LIST_MAY_BE_OLD_MS) this.#orphans.delete(id)
    if (!engine || this.#orphans.has(run.id)) return
    this.#orphans.set(run.id, Infinity)
    let removedAt = -Infinity
    try {
      // What was removed while the host was listing is in that list still; only what is in a later one is really there.
      const known = await findInstance(this.#deps.store.db, run.id)
      if (known && this.#deps.clock.now() - known.statusSince < LIST_MAY_BE_OLD_MS) return
      await engine.stop(run.id, STRAY_GRACE_MS)
      await engine.remove(run.id)
      removedAt = this.#deps.clock.monotonic()
      await this.#deps.store.write(async (tx) => {
        tx.emit({ kind: 'instance.surplus', actor: 'system', host, instance: run.id, data: { app: run.app, revision: run.revision } })
      })
    } catch (error) {
      this.#deps.logger.warn(
        { host, instance: run.id, err: error },
        'could not remove an unknown instance; it is tried again at the next look',
      )
    } finally {
      this.#orphans.set(run.id, removedAt)
    }
  }

  /** Its remains stay for as long as those of any other instance that failed. */
  async #endStray(host: string, run: ObservedRun): Promise<void> {
    this.#deps.logger.warn({ host, instance: run.id }, 'an instance runs although it counts as ended; it is stopped')
    await this.engine(host)?.stop(run.id, STRAY_GRACE_MS)
  }

  async #watchHealth(host: string): Promise<void> {
    const running = (await loadInstances(this.#deps.store.db, { host, ended: false })).filter(
      ({ instance }) => instance.status === 'running' && instance.wanted === 'running',
    )
    const checks = new Map<string, Watched['checks']>()
    const watched: Watched[] = []
    for (const { instance, statusSince } of running) {
      const key = `${instance.app}/${instance.revision}`
      if (!checks.has(key)) checks.set(key, await this.#checksOf(instance.app, instance.revision))
      const { id, app, ports, health } = instance
      watched.push({
        id,
        app,
        host,
        ports,
        // Since this console saw it run: the host's own clock may be wrong by hours.
        startedAt: statusSince,
        checks: checks.get(key) ?? [],
        health: health satisfies Health,
      })
    }
    this.#probes.sync(host, watched)
  }

  /** Checks can change while an instance runs: those of the wanted revision count, unless the instance is to be replaced anyway. */
  async #checksOf(app: string, revision: number): Promise<Watched['checks']> {
    const wanted = await findWanted(this.#deps.store.db, app)
    if (wanted && revision >= wanted.runRevision) return wanted.spec.healthChecks
    return (await findRevision(this.#deps.store.db, app, revision))?.spec.healthChecks ?? []
  }

  async #resync(app: string): Promise<void> {
    for (const host of await hostsOfApp(this.#deps.store.db, app)) if (this.engine(host)) await this.#watchHealth(host)
  }

  /** Apps that wait for a place look again when there may be one. */
  #touchWaiting(): Promise<void> {
    return this.#waitingTouch.run()
  }

  async #touchWaitingNow(): Promise<void> {
    for (const app of await waitingApps(this.#deps.store.db)) this.#touchApp(app)
  }

  #noteBrake(): Promise<void> {
    return this.#brakeNote.run()
  }

  async #noteBrakeNow(): Promise<void> {
    const { on, reason } = await this.brakeState()
    if (on === this.#braked) return
    this.#braked = on
    await this.#deps.store.write(async (tx) => {
      tx.emit({ kind: on ? 'system.brake-on' : 'system.brake-off', actor: 'system', data: { reason } })
    })
  }

  async #sweepAll(): Promise<void> {
    const { store, clock } = this.#deps
    const now = clock.now()
    await store.write(async (tx) => {
      for (const pullBack of [pullBackHostTimes, pullBackInstanceTimes, pullBackFailures]) await pullBack(tx.db, now)
    })
    for (const id of await loadAbandoned(store.db)) this.#instances.add(id)
    for (const app of await appNames(store.db)) this.#touchApp(app)
    await forgetEnded(store.db, now - REMEMBER_ENDED_MS)
    await this.#noteBrake()
  }
}
