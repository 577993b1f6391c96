import type { Pool } from '../pool.ts'

/**
 * The failure domains of a request, outermost first. A domain lies within the ones before it, so rack "1" of one centre
 * is not rack "1" of another. Hosts without a field form a domain of their own.
 */
export interface SpreadLevel {
  field: string
  /** Domain of each host. */
  of: Int32Array
  domains: number
}

/** Works out the domains of the hosts. A field after "host" cannot divide any further and is dropped. */
export function spreadLevels(pool: Pool, fields: readonly string[]): SpreadLevel[] {
  const levels: SpreadLevel[] = []
  let above = new Int32Array(pool.hosts.length)
  for (const field of new Set(fields)) {
    const { of: value, values } = pool.column(field)
    const domains = new Map<number, number>()
    const of = new Int32Array(pool.hosts.length)
    for (let host = 0; host < of.length; host++) {
      const path = (above[host] ?? 0) * (values.length + 1) + (value[host] ?? -1) + 1
      let domain = domains.get(path)
      if (domain === undefined) domains.set(path, (domain = domains.size))
      of[host] = domain
    }
    levels.push({ field, of, domains: domains.size })
    if (field === 'host') break
    above = of
  }
  return levels
}

/** Instances of the app per domain, for each level. */
export class SpreadCounts {
  readonly levels: readonly SpreadLevel[]
  readonly #counts: Int32Array[]

  constructor(levels: readonly SpreadLevel[], peers: readonly number[]) {
    this.levels = levels
    this.#counts = levels.map((level) => new Int32Array(level.domains))
    for (const host of peers) this.add(host)
  }

  at(level: number, host: number): number {
    return this.#counts[level]?.[this.levels[level]?.of[host] ?? -1] ?? 0
  }

  add(host: number): void {
    for (const [level, { of }] of this.levels.entries()) {
      const counts = this.#counts[level]
      const domain = of[host] ?? -1
      if (counts) counts[domain] = (counts[domain] ?? 0) + 1
    }
  }

  /** Negative when `a` is in a domain with fewer instances than `b`, by the first level at which they differ. */
  compare(a: number, b: number): number {
    for (let level = 0; level < this.levels.length; level++) {
      const difference = this.at(level, a) - this.at(level, b)
      if (difference !== 0) return difference
    }
    return 0
  }
}
