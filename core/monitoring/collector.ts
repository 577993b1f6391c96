import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { Semaphore } from '../base/semaphore.ts'
import { METRICS } from '../contract/index.ts'
import { httpGet, type Engine, type RunStats } from '../engines/index.ts'
import { AppMetrics, MAX_OWN_SERIES, type Measurement } from './app-metrics.ts'
import { Counters } from './counters.ts'
import type { History } from './history.ts'
import { parsePrometheusText } from './prometheus-text.ts'
import { FINEST, SAMPLE_INTERVAL_MS } from './rollup.ts'

export interface TargetInstance {
  id: string
  app: string
  /** Where the instance offers its own metrics: port of the host, and path. */
  metrics?: { port: number; path: string }
}

/** A connected host and the instances that run on it. */
export interface Target {
  host: string
  engine: Pick<Engine, 'stats' | 'dial'>
  instances: readonly TargetInstance[]
}

interface Dependencies {
  targets: () => Promise<readonly Target[]>
  history: History
  clock: Clock
  logger: Logger
}

/** After that a host is slow: its round goes on, but no longer holds up others. */
const ROUND_LIMIT_MS = 4000
const SCRAPE_TIMEOUT_MS = 3000
const SCRAPE_MAX_BYTES = 2 * 2 ** 20
const SCRAPES_PER_HOST = 8
const HOSTS_AT_ONCE = 64
/** A source whose clock is further off than that is taken to mean "now". */
const MAX_CLOCK_ERROR_MS = 30_000
/** A thousand cores: more than that is a fault of the source. */
const MAX_CPU_MILLIS = 1_000_000

interface InstanceState {
  counters: Counters
  app: AppMetrics
  warned: boolean
}

/**
 * Measures every instance of every connected host every five seconds. Hosts do not wait for each other, and a host whose last
 * round has not ended is left out. What cannot be measured is left out too, never written as zero.
 */
export class Collector {
  readonly #deps: Dependencies
  readonly #states = new Map<string, InstanceState>()
  readonly #busy = new Map<string, Promise<void>>()
  readonly #slots = new Semaphore(HOSTS_AT_ONCE)
  #timers: NodeJS.Timeout[] = []

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  start(): void {
    const round = setInterval(() => void this.#collectSafely(), SAMPLE_INTERVAL_MS)
    const scheduleFlush = () => {
      const untilSlotEnds = FINEST.stepMs - (this.#deps.clock.now() % FINEST.stepMs)
      this.#timers[1] = setTimeout(() => void this.#flush().then(scheduleFlush), untilSlotEnds + 100)
    }
    this.#timers = [round]
    scheduleFlush()
    void this.#collectSafely()
  }

  async #collectSafely(): Promise<void> {
    try {
      await this.collect()
    } catch (error) {
      this.#deps.logger.error({ err: error }, 'what is to be measured could not be read')
    }
  }

  /** Starts no more rounds and waits shortly for those that run. The history stays open. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    const running = Promise.all(this.#busy.values()).then(() => undefined)
    await within(running, ROUND_LIMIT_MS).catch(() => undefined)
  }

  async #flush(): Promise<void> {
    const { history, logger } = this.#deps
    try {
      await history.flush()
      await history.prune()
    } catch (error) {
      logger.error({ err: error }, 'measurements could not be written; they are kept in memory and tried again')
    }
  }

  /** Measures every host that is not being measured already; resolves when each has answered or is late. */
  async collect(): Promise<void> {
    const targets = await this.#deps.targets()
    this.#forget(targets)
    await Promise.all(targets.map((target) => this.#slots.run(() => this.#begin(target))))
  }

  #forget(targets: readonly Target[]): void {
    const present = new Set(targets.flatMap(({ instances }) => instances.map(({ id }) => id)))
    for (const id of this.#states.keys()) {
      if (present.has(id)) continue
      this.#states.delete(id)
      this.#deps.history.latest.forget(id)
    }
  }

  async #begin(target: Target): Promise<void> {
    if (this.#busy.has(target.host) || target.instances.length === 0) return
    const round = this.#round(target).finally(() => this.#busy.delete(target.host))
    this.#busy.set(target.host, round)
    await within(round, ROUND_LIMIT_MS).catch(() => undefined)
  }

  async #round(target: Target): Promise<void> {
    const scrapes = new Semaphore(SCRAPES_PER_HOST)
    const stats = target.engine.stats(target.instances.map(({ id }) => id))
    const results = await Promise.allSettled([
      stats.then((all) => this.#recordStats(target, all)),
      ...target.instances.map((instance) => scrapes.run(() => this.#scrape(target, instance))),
    ])
    for (const result of results)
      if (result.status === 'rejected')
        this.#deps.logger.debug({ err: result.reason as unknown, host: target.host }, 'a measurement failed')
  }

  #stateOf(id: string): InstanceState {
    let state = this.#states.get(id)
    if (!state) this.#states.set(id, (state = { counters: new Counters(), app: new AppMetrics(), warned: false }))
    return state
  }

  #recordStats(target: Target, all: readonly RunStats[]): void {
    const now = this.#deps.clock.now()
    const apps = new Map(target.instances.map(({ id, app }) => [id, app]))
    for (const stats of all) {
      const app = apps.get(stats.id)
      if (app === undefined) continue
      const { counters } = this.#stateOf(stats.id)
      if (!counters.begin(stats.at)) continue
      const at = Math.abs(stats.at - now) > MAX_CLOCK_ERROR_MS ? now : stats.at
      this.#deps.history.record({ instance: stats.id, app, host: target.host }, at, measure(stats, counters))
    }
  }

  async #scrape({ host, engine }: Target, { id, app, metrics }: TargetInstance): Promise<void> {
    if (!metrics) return
    const { status, body } = await httpGet(engine, { ...metrics, timeoutMs: SCRAPE_TIMEOUT_MS, maxBytes: SCRAPE_MAX_BYTES })
    if (status !== 200) throw new Error(`the metrics of ${id} answered ${status}`)
    const at = this.#deps.clock.now()
    const state = this.#stateOf(id)
    this.#deps.history.record({ instance: id, app, host }, at, state.app.read(parsePrometheusText(body), at))
    if (state.app.leftOut > 0 && !state.warned) {
      state.warned = true
      this.#deps.logger.warn(
        { instance: id, leftOut: state.app.leftOut },
        `an instance offers more than ${MAX_OWN_SERIES} series; the rest is left out`,
      )
    }
  }
}

/** What the engine's counters say; a value that cannot be is left out. */
function measure(stats: RunStats, counters: Counters): Measurement[] {
  const { networkInBytes, networkOutBytes, memoryBytes } = stats
  // The counter is in ms of one core, so a core in full use grows by 1000 a second: that is millicores already.
  const cpu = counters.rate('cpu', stats.cpuMs)
  const values = {
    cpu: cpu !== null && cpu <= MAX_CPU_MILLIS ? cpu : null,
    memory: memoryBytes >= 0 ? memoryBytes : null,
    'network-in': networkInBytes === null ? null : counters.rate('in', networkInBytes),
    'network-out': networkOutBytes === null ? null : counters.rate('out', networkOutBytes),
  }
  return Object.entries(values).flatMap(([metric, value]) =>
    value === null ? [] : [{ metric, unit: METRICS[metric as keyof typeof values], value }],
  )
}

/** Rejects when the work takes longer; the work itself goes on. */
async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${limitMs} ms`)), limitMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
