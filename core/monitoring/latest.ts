import type { Clock } from '../base/clock.ts'

/** The instance that was measured. */
export interface Source {
  instance: string
  app: string
  host: string
}

/** What an instance used when it was last measured; null where that is not known, or too long ago. */
export interface Use {
  cpuMillis: number | null
  memoryBytes: number | null
  requestsPerSecond: number | null
  at: number | null
}

/** After three missed rounds a value says nothing about now. */
const STALE_AFTER_MS = 20_000
const METRIC_OF = { cpuMillis: 'cpu', memoryBytes: 'memory', requestsPerSecond: 'requests' } as const
const WATCHED = new Set<string>(Object.values(METRIC_OF))

interface Value {
  at: number
  value: number
}

/** The newest values of every instance, for lists that show what is used now. */
export class LatestValues {
  readonly #clock: Clock
  readonly #instances = new Map<string, { host: string; values: Map<string, Value> }>()
  readonly #onHost = new Map<string, Set<string>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  note(source: Source, metric: string, value: Value): void {
    if (!WATCHED.has(metric)) return
    const known = this.#instances.get(source.instance)
    if (known) {
      known.values.set(metric, value)
      return
    }
    this.#instances.set(source.instance, { host: source.host, values: new Map([[metric, value]]) })
    const neighbours = this.#onHost.get(source.host)
    if (neighbours) neighbours.add(source.instance)
    else this.#onHost.set(source.host, new Set([source.instance]))
  }

  forget(instance: string): void {
    const host = this.#instances.get(instance)?.host ?? ''
    this.#instances.delete(instance)
    const neighbours = this.#onHost.get(host)
    neighbours?.delete(instance)
    if (neighbours?.size === 0) this.#onHost.delete(host)
  }

  of(instance: string): Use {
    const values = this.#instances.get(instance)?.values
    const since = this.#clock.now() - STALE_AFTER_MS
    const read = (metric: string) => {
      const value = values?.get(metric)
      return value && value.at >= since ? value : null
    }
    const [cpu, memory, requests] = [read(METRIC_OF.cpuMillis), read(METRIC_OF.memoryBytes), read(METRIC_OF.requestsPerSecond)]
    const times = [cpu, memory, requests].flatMap((value) => value?.at ?? [])
    return {
      cpuMillis: cpu?.value ?? null,
      memoryBytes: memory?.value ?? null,
      requestsPerSecond: requests?.value ?? null,
      at: times.length > 0 ? Math.max(...times) : null,
    }
  }

  /** What all instances of a host use together; null when none was measured lately. */
  ofHost(host: string): { cpuMillis: number; memoryBytes: number } | null {
    const measured = [...(this.#onHost.get(host) ?? [])].map((instance) => this.of(instance)).filter((use) => use.at !== null)
    if (measured.length === 0) return null
    const total = (key: 'cpuMillis' | 'memoryBytes') => measured.reduce((sum, use) => sum + (use[key] ?? 0), 0)
    return { cpuMillis: total('cpuMillis'), memoryBytes: total('memoryBytes') }
  }
}
