import {
  findAppState,
  findInstance,
  findRevision,
  unwantInstances,
  updateInstanceObserved,
  type Artifacts,
  type InstanceRecord,
} from '../apps/index.ts'
import { AppError } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import { parseDuration, type AppSpec, type EventKind, type InstanceStatus } from '../contract/index.ts'
import { EngineError, type Engine } from '../engines/index.ts'
import { hostExists } from '../hosts/index.ts'
import type { Secrets } from '../secrets/index.ts'
import type { Store } from '../store/index.ts'
import type { StopCause } from './diff.ts'
import { instanceRun } from './instance-run.ts'
import { SharedWrites } from './shared-writes.ts'

/** What the loop needs of a host that is connected. */
export interface ConnectedHost {
  engine: Engine
  /** Runs `work` when fewer than a bounded number of starts are under way on the host. */
  startInTurn(work: () => Promise<void>): Promise<void>
  /** The same for stops; one that takes long waits for its application, and lets others go on meanwhile. */
  stopInTurn(work: () => Promise<void>): Promise<void>
  /** Looks at the host's instances soon. */
  refresh(): void
}

export interface InstanceLoopDependencies {
  store: Store
  clock: Clock
  secrets: Secrets
  artifacts: Artifacts
  /** The host if it is connected and ready. */
  connected(host: string): ConnectedHost | undefined
  touchApp(app: string): void
  /** An instance ended, so that there may be a place for others. */
  placeFreed(): void
  lookAgain(instance: string, inMs: number): void
}

interface Change {
  kind: EventKind | null
  columns: Parameters<typeof updateInstanceObserved>[2]
  unwant?: StopCause
  /** Only while it still has this status. */
  while?: InstanceStatus
}

/** How long the container or files of a failed instance are kept, so that its logs can be read. */
export const KEEP_FAILED_MS = 10 * 60_000

/** What was started is seen by a look at its host within moments; only what is not seen by then is started again. */
const SEEN_WITHIN_MS = 5000

/**
 * Works on one instance: makes its host do what is wanted. Every step can be repeated: engines start what is there already and
 * stop what is gone without complaint. An unreachable host ends the work; the host's return brings it up again.
 */
export class InstanceLoop {
  readonly #deps: InstanceLoopDependencies
  readonly #writes: SharedWrites
  /** When instances were started that were not seen running yet. */
  readonly #startedAt = new Map<string, number>()

  constructor(deps: InstanceLoopDependencies) {
    this.#deps = deps
    this.#writes = new SharedWrites(deps.store)
  }

  async work(id: string): Promise<void> {
    const record = await findInstance(this.#deps.store.db, id)
    if (!record || record.cleaned) return
    const host = this.#deps.connected(record.instance.host)
    if (!host) return this.#whileAway(record)
    const { wanted, status } = record.instance
    const ended = status === 'stopped' || status === 'failed'
    if (wanted === 'running' && status === 'starting') return this.#startOnce(record, host)
    this.#startedAt.delete(id)
    if (wanted === 'stopped' && !ended) return this.#stop(record, host)
    if (wanted === 'stopped') return this.#clean(record, host)
  }

  /** A host that was removed will not come back: its instances are over as far as this console is concerned. */
  async #whileAway(record: InstanceRecord): Promise<void> {
    const { id, host, status } = record.instance
    if (await hostExists(this.#deps.store.db, host)) return
    if (status === 'stopped' || status === 'failed') return updateInstanceObserved(this.#deps.store.db, id, { cleaned: 1 })
    const columns = { status: 'stopped', ended_at: this.#deps.clock.now(), message: 'its host was removed', cleaned: 1 }
    await this.#observe(record, { kind: 'instance.stopped', columns, unwant: 'lost' })
  }

  async #startOnce(record: InstanceRecord, host: ConnectedHost): Promise<void> {
    const { id } = record.instance
    const { clock } = this.#deps
    const waitMs = (this.#startedAt.get(id) ?? -Infinity) + SEEN_WITHIN_MS - clock.monotonic()
    if (waitMs <= 0) {
      await this.#start(record, host)
      this.#startedAt.set(id, clock.monotonic())
    }
    this.#deps.lookAgain(id, Math.max(waitMs, 0) || SEEN_WITHIN_MS)
  }

  async #start(record: InstanceRecord, host: ConnectedHost): Promise<void> {
    const { app, revision } = record.instance
    const found = await findRevision(this.#deps.store.db, app, revision)
    if (!found) return
    try {
      const sources = { installation: this.#deps.store.installation, secrets: this.#deps.secrets, artifacts: this.#deps.artifacts }
      const run = await instanceRun(record, { spec: found.spec, engine: host.engine.kind, sources })
      await host.startInTurn(async () => {
        const now = await findInstance(this.#deps.store.db, record.instance.id)
        if (now?.instance.wanted === 'running') await host.engine.start(run)
      })
      host.refresh()
    } catch (error) {
      const final = error instanceof AppError || (error instanceof EngineError && error.reason === 'refused')
      if (!final) throw error
      const columns = { status: 'failed', ended_at: this.#deps.clock.now(), message: error.message }
      // What the host was seen to run meanwhile has started, whatever its engine said.
      const failed = await this.#observe(record, { kind: 'instance.failed', columns, while: 'starting' })
      // Of a start that failed half-way something may be left that no list shows, or that runs after all.
      if (failed) await host.engine.remove(record.instance.id).catch(() => undefined)
      this.#deps.placeFreed()
    }
  }

  async #stop(record: InstanceRecord, host: ConnectedHost): Promise<void> {
    const { instance } = record
    if (instance.status !== 'stopping') await this.#observe(record, { kind: null, columns: { status: 'stopping' } })
    const spec = await this.#specOf(record)
    await host.stopInTurn(async () => {
      await host.engine.stop(instance.id, parseDuration(spec?.stop.grace ?? '10s') ?? 10_000)
      await host.engine.remove(instance.id)
    })
    const columns = { status: 'stopped', ended_at: this.#deps.clock.now(), message: stopMessage(record.stopCause), cleaned: 1 }
    await this.#observe(record, { kind: 'instance.stopped', columns })
    this.#deps.placeFreed()
    host.refresh()
  }

  async #clean(record: InstanceRecord, host: ConnectedHost): Promise<void> {
    const { instance } = record
    // Not since `endedAt`: that may be the time of a host whose clock is wrong.
    const due = instance.status === 'failed' && (await this.#appStays(instance.app)) ? record.statusSince + KEEP_FAILED_MS : 0
    const waitMs = due - this.#deps.clock.now()
    if (waitMs > 0) {
      this.#deps.lookAgain(instance.id, waitMs)
      return
    }
    await host.engine.remove(instance.id)
    await updateInstanceObserved(this.#deps.store.db, instance.id, { cleaned: 1 })
    this.#deps.touchApp(instance.app)
  }

  async #appStays(app: string): Promise<boolean> {
    const current = await findAppState(this.#deps.store.db, app)
    return current !== undefined && current.state !== 'removing'
  }

  async #specOf({ instance }: InstanceRecord): Promise<AppSpec | undefined> {
    return (await findRevision(this.#deps.store.db, instance.app, instance.revision))?.spec
  }

  /** Writes what became of the instance, unless it had ended before; with `unwant` it is not wanted any more either, and why. */
  async #observe(record: InstanceRecord, { kind, columns, unwant, while: only }: Change): Promise<boolean> {
    const { id, app, host } = record.instance
    const written = { yes: false }
    await this.#writes.write(async (tx) => {
      const status = (await findInstance(tx.db, id))?.instance.status
      // A look at the host may have found and told the end first; it is told once.
      if (status === undefined || status === 'stopped' || status === 'failed' || (only && status !== only)) return
      written.yes = true
      if (unwant) await unwantInstances(tx.db, [id], unwant)
      await updateInstanceObserved(tx.db, id, { ...columns, status_since: this.#deps.clock.now() })
      const data = { message: columns.message ?? '', cause: record.stopCause ?? unwant ?? null }
      if (kind) tx.emit({ kind, actor: 'system', app, host, instance: id, data })
    })
    this.#deps.touchApp(app)
    return written.yes
  }
}

function stopMessage(cause: string | null): string {
  return cause === null ? 'stopped' : `stopped: ${cause}`
}
