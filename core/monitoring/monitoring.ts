import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { AppUse } from '../contract/index.ts'
import type { Engine } from '../engines/index.ts'
import type { Store } from '../store/index.ts'
import { Collector, type Target } from './collector.ts'
import { Exposition } from './exposition.ts'
import { History, type SeriesQuery } from './history.ts'
import type { Use } from './latest.ts'
import { countByStatus, loadRunning, type RunningInstance } from './targets.table.ts'

interface Dependencies {
  /** The database of measurements. */
  file: string
  store: Store
  clock: Clock
  logger: Logger
  /** The engine of a host, if it is connected. */
  engine: (host: string) => Engine | undefined
}

/** How far back the small pictures in lists go. */
const HISTORY_MS = 15 * 60_000

const TIMED = new Set<string | symbol>(['ping', 'info', 'list', 'start', 'stop', 'remove', 'stats', 'exec', 'check', 'dial'])

/** Measures instances and the console itself, keeps the history, and answers questions about it. */
export class Monitoring {
  readonly #deps: Dependencies
  readonly #history: History
  readonly #collector: Collector
  readonly #exposition: Exposition
  #running: { seq: number; instances: RunningInstance[] } = { seq: -1, instances: [] }

  private constructor(deps: Dependencies, history: History) {
    const { store, clock, logger } = deps
    this.#deps = deps
    this.#history = history
    this.#collector = new Collector({ targets: () => this.#targets(), history, clock, logger })
    this.#exposition = new Exposition({
      hosts: () => countByStatus(store.db, 'host_observed'),
      instances: () => countByStatus(store.db, 'instance_observed'),
      latestSeq: () => store.latestSeq,
    })
  }

  static async open(deps: Dependencies): Promise<Monitoring> {
    return new Monitoring(deps, await History.open(deps.file, deps.clock))
  }

  start(): void {
    this.#collector.start()
  }

  /** Ends the rounds, writes what is in memory and closes the file. */
  async stop(): Promise<void> {
    await this.#collector.stop()
    await this.#history.close()
  }

  async #targets(): Promise<Target[]> {
    const { store, engine } = this.#deps
    // Nothing starts or ends without an event, so a quiet site is read once.
    if (this.#running.seq !== store.latestSeq) this.#running = { seq: store.latestSeq, instances: await loadRunning(store.db) }
    return Array.from(Map.groupBy(this.#running.instances, ({ host }) => host)).flatMap(([host, instances]) => {
      const connected = engine(host)
      return connected ? [{ host, engine: connected, instances }] : []
    })
  }

  /** Measured values over time. */
  query(query: SeriesQuery): ReturnType<History['query']> {
    return this.#history.query(query)
  }

  /** Metrics that exist for an app, with their units. */
  names(app: string): ReturnType<History['names']> {
    return this.#history.names(app)
  }

  /** What an instance uses now, as far as it was measured in the last 20 seconds. */
  measured(instance: string): Use {
    return this.#history.latest.of(instance)
  }

  /** What apps use now, each with all its instances, and on request the CPU of the last quarter of an hour. */
  async appUse(apps: readonly string[], withHistory: boolean): Promise<AppUse[]> {
    const now = this.#deps.clock.now()
    const items: AppUse[] = []
    for (const app of apps) {
      const { at: _, ...use } = this.#history.latest.ofApp(app)
      const range = { metric: 'cpu', app, from: now - HISTORY_MS, to: now, aggregate: 'sum' } as const
      const found = withHistory ? (await this.#history.query(range)).series[0]?.points : undefined
      items.push({ app, ...use, cpuHistory: (found ?? []).map(([, value]) => value) })
    }
    return items
  }

  /** What the instances of a host use now together; null when none was measured in the last 20 seconds. */
  used(host: string): { cpuMillis: number; memoryBytes: number } | null {
    return this.#history.latest.ofHost(host)
  }

  /** The same engine, its calls timed and its errors counted. */
  timed(host: string, engine: Engine): Engine {
    const exposition = this.#exposition
    return new Proxy(engine, {
      get(target, call) {
        const value: unknown = Reflect.get(target, call, target)
        if (typeof value !== 'function') return value
        // Bound to the engine itself: its private fields cannot be reached through a proxy.
        const method = value.bind(target) as (...args: unknown[]) => unknown
        if (!TIMED.has(call)) return method
        return (...args: unknown[]) => exposition.engineCall({ host, engine: engine.kind, call: String(call) }, async () => method(...args))
      },
    })
  }

  recordReconcile(durationMs: number): void {
    this.#exposition.reconciled('app', durationMs)
  }

  /** The same answer to a request, counted and timed; streams count as clients while they are read. */
  async timedFetch(request: Request, fetch: () => Promise<Response>): Promise<Response> {
    const startedAt = this.#deps.clock.monotonic()
    const response = await fetch()
    return this.#exposition.answered(request, response, this.#deps.clock.monotonic() - startedAt)
  }

  /** The console's own metrics as Prometheus text. */
  exposition(): Promise<string> {
    return this.#exposition.text()
  }
}
