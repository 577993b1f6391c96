import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Numbers that are asked for at the moment the page is read. */
export interface ExpositionSources {
  /** Hosts by status. */
  hosts(): Promise<Readonly<Record<string, number>>>
  /** Instances by status. */
  instances(): Promise<Readonly<Record<string, number>>>
  /** Position of the newest event. */
  latestSeq(): number
}

const FAST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The console's own metrics, offered at /metrics. One per core, with a registry of its own; others record through it. */
export class Exposition {
  readonly #registry = new Registry()
  readonly #reconciles: Histogram<'loop'>
  readonly #engineCalls: Histogram<'engine' | 'call' | 'outcome'>
  readonly #requests: Histogram<'method' | 'operation' | 'status'>
  readonly #streams: Gauge
  readonly #reconcileErrors: Counter<'loop'>

  constructor(version: string) {
    const registers = [this.#registry]
    const buckets = FAST_SECONDS
    collectDefaultMetrics({ register: this.#registry })
    new Gauge({ registers, name: 'spacefort_info', help: 'Always 1; says which version runs', labelNames: ['version'] }).set({ version }, 1)
    this.#reconciles = new Histogram({
      registers,
      buckets,
      name: 'spacefort_reconcile_duration_seconds',
      help: 'Time of one pass over one key',
      labelNames: ['loop'],
    })
    this.#reconcileErrors = new Counter({
      registers,
      name: 'spacefort_reconcile_errors_total',
      help: 'Passes that failed and are tried again',
      labelNames: ['loop'],
    })
    this.#engineCalls = new Histogram({
      registers,
      buckets,
      name: 'spacefort_engine_call_duration_seconds',
      help: 'Time of one call to a host, by what came of it',
      labelNames: ['engine', 'call', 'outcome'],
    })
    this.#requests = new Histogram({
      registers,
      buckets,
      name: 'spacefort_http_request_duration_seconds',
      help: 'Time of one request to the console; streams count until they begin',
      labelNames: ['method', 'operation', 'status'],
    })
    this.#streams = new Gauge({ registers, name: 'spacefort_event_streams', help: 'Clients that follow events, logs or output now' })
  }

  /** Begins to ask for counts whenever the page is read. Called once, when the parts that know them exist. */
  observe(sources: ExpositionSources): void {
    const registers = [this.#registry]
    const byStatus = (name: string, help: string, read: () => Promise<Readonly<Record<string, number>>>) =>
      new Gauge({
        registers,
        name,
        help,
        labelNames: ['status'],
        async collect() {
          const counts = await read()
          this.reset()
          for (const [status, count] of Object.entries(counts)) this.set({ status }, count)
        },
      })
    byStatus('spacefort_hosts', 'Hosts by status', () => sources.hosts())
    byStatus('spacefort_instances', 'Instances by status', () => sources.instances())
    new Gauge({
      registers,
      name: 'spacefort_event_seq',
      help: 'Position of the newest event',
      collect() {
        this.set(sources.latestSeq())
      },
    })
  }

  /** Times one pass of a control loop. What it throws is counted and thrown on. */
  async reconcile<T>(loop: string, work: () => Promise<T>): Promise<T> {
    const end = this.#reconciles.startTimer({ loop })
    try {
      return await work()
    } catch (error) {
      this.#reconcileErrors.inc({ loop })
      throw error
    } finally {
      end()
    }
  }

  /** Times one call to a host. `outcome` is "ok", or the reason of an engine's error. */
  async engineCall<T>(engine: string, call: string, work: () => Promise<T>): Promise<T> {
    const end = this.#engineCalls.startTimer({ engine, call })
    try {
      const result = await work()
      end({ outcome: 'ok' })
      return result
    } catch (error) {
      end({ outcome: error instanceof Error && 'reason' in error ? String(error.reason) : 'error' })
      throw error
    }
  }

  /** Counts one answered request. `operation` must be the operation's name, not its path, which has no bound. */
  request(of: { method: string; operation: string; status: number }, seconds: number): void {
    this.#requests.observe({ method: of.method, operation: of.operation, status: String(of.status) }, seconds)
  }

  /** A client began to follow; returns what to call, once, when it has gone. */
  streamOpened(): () => void {
    this.#streams.inc()
    return () => this.#streams.dec()
  }

  /** The page, as Prometheus text. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }
}
