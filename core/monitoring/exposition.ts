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

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The console's own metrics, offered at /metrics. One per core, with a registry of its own; others record through it. */
export class Exposition {
  readonly #registry = new Registry()
  readonly #reconciles: Histogram<'loop'>
  readonly #calls: Histogram<'engine' | 'call'>
  readonly #callErrors: Counter<'host' | 'reason'>
  readonly #requests: Histogram<'method' | 'status'>
  readonly #streams: Gauge

  constructor(sources: ExpositionSources) {
    const registers = [this.#registry]
    const buckets = SECONDS
    collectDefaultMetrics({ register: this.#registry })
    this.#reconciles = new Histogram({
      registers,
      buckets,
      name: 'spacefort_reconcile_duration_seconds',
      help: 'Time of one pass of a control loop over one key',
      labelNames: ['loop'],
    })
    this.#calls = new Histogram({
      registers,
      buckets,
      name: 'spacefort_engine_call_duration_seconds',
      help: 'Time of one call to a host, failed ones included',
      labelNames: ['engine', 'call'],
    })
    this.#callErrors = new Counter({
      registers,
      name: 'spacefort_engine_call_errors_total',
      help: 'Calls to a host that failed, by reason',
      labelNames: ['host', 'reason'],
    })
    this.#requests = new Histogram({
      registers,
      buckets,
      name: 'spacefort_http_request_duration_seconds',
      help: 'Time until a request to the console was answered; of streams, until they began',
      labelNames: ['method', 'status'],
    })
    this.#streams = new Gauge({ registers, name: 'spacefort_sse_clients', help: 'Clients that follow a stream of events now' })
    this.#ask(sources)
  }

  /** Counts that are asked for whenever the page is read. */
  #ask(sources: ExpositionSources): void {
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

  /** Notes one pass of a control loop. */
  reconciled(loop: string, durationMs: number): void {
    this.#reconciles.observe({ loop }, durationMs / 1000)
  }

  /** Times one call to a host, and counts it by the error's reason when it fails. */
  async engineCall<T>(of: { host: string; engine: string; call: string }, work: () => Promise<T>): Promise<T> {
    const end = this.#calls.startTimer({ engine: of.engine, call: of.call })
    try {
      return await work()
    } catch (error) {
      const reason = error instanceof Error && 'reason' in error ? String(error.reason) : 'other'
      this.#callErrors.inc({ host: of.host, reason })
      throw error
    } finally {
      end()
    }
  }

  /** Notes one answered request; a stream of events counts as a client for as long as it is read. */
  answered(request: Request, response: Response, durationMs: number): Response {
    this.#requests.observe({ method: request.method, status: String(response.status) }, durationMs / 1000)
    const { body, headers, status, statusText } = response
    if (!body || headers.get('content-type')?.startsWith('text/event-stream') !== true) return response
    this.#streams.inc()
    const ended = () => this.#streams.dec()
    const watched = body.pipeThrough(new TransformStream({ flush: ended, cancel: ended }))
    return new Response(watched, { headers, status, statusText })
  }

  /** The page, as Prometheus text. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }
}
