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
  errorsPerSecond: number | null
  at: number | null
}

/** After three missed rounds a value says nothing about now. */
const STALE_AFTER_MS = 20_000
const METRIC_OF = { cpuMillis: 'cpu', memoryBytes: 'memory', requestsPerSecond: 'requests', errorsPerSecond: 'errors' } as const
type Figure = keyof typeof METRIC_OF
const FIGURES = Object.keys(METRIC_OF) as Figure[]
const WATCHED = new Set<string>(Object.values(METRIC_OF))

interface Value {
  at: number
  value: number
}

/** The newest values of every instance, for lists that show what is used now. */
export class LatestValues {
  readonly #clock: Clock
  readonly #instances = new Map<string, { host: string; app: string; values: Map<string, Value> }>()
  readonly #onHost = new Groups()
  readonly #ofApp = new Groups()

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
    this.#instances.set(source.instance, { host: source.host, app: source.app, values: new Map([[metric, value]]) })
    this.#onHost.add(source.host, source.instance)
    this.#ofApp.add(source.app, source.instance)
  }

  forget(instance: string): void {
    const known = this.#instances.get(instance)
    this.#instances.delete(instance)
    this.#onHost.remove(known?.host ?? '', instance)
    this.#ofApp.remove(known?.app ?? '', instance)
  }

  of(instance: string): Use {
    return this.#total([instance])
  }

  /** What all instances of an app use together, each figure null where none of them was measured lately. */
  ofApp(app: string): Use {
    return this.#total(this.#ofApp.of(app))
  }

  /** What all instances of a host use together; null when none was measured lately. */
  ofHost(host: string): { cpuMillis: number; memoryBytes: number } | null {
    const { cpuMillis, memoryBytes, at } = this.#total(this.#onHost.of(host))
    return at === null ? null : { cpuMillis: cpuMillis ?? 0, memoryBytes: memoryBytes ?? 0 }
  }

  #total(instances: Iterable<string>): Use {
    const since = this.#clock.now() - STALE_AFTER_MS
    const use: Use = { cpuMillis: null, memoryBytes: null, requestsPerSecond: null, errorsPerSecond: null, at: null }
    for (const instance of instances) {
      const values = this.#instances.get(instance)?.values
      for (const figure of FIGURES) {
        const value = values?.get(METRIC_OF[figure])
        if (!value || value.at < since) continue
        use[figure] = (use[figure] ?? 0) + value.value
        use.at = Math.max(use.at ?? 0, value.at)
      }
    }
    return use
  }
}

/** Instances by what they belong to. */
class Groups {
  readonly #members = new Map<string, Set<string>>()

  add(group: string, member: string): void {
    const members = this.#members.get(group)
    if (members) members.add(member)
    else this.#members.set(group, new Set([member]))
  }

  remove(group: string, member: string): void {
    const members = this.#members.get(group)
    members?.delete(member)
    if (members?.size === 0) this.#members.delete(group)
  }

  of(group: string): ReadonlySet<string> {
    return this.#members.get(group) ?? new Set()
  }
}
