const LOWEST = -1.6
const HIGHEST = 3.2
const BINS = 200
const WIDTH = (HIGHEST - LOWEST) / BINS
/** The ratio at the upper edge of each bin. */
const EDGES = Float64Array.from({ length: BINS }, (_, bin) => Math.exp(LOWEST + (bin + 1) * WIDTH))

/**
 * Remembers how far values lay above a base, as logarithms of the ratio, one distribution for each slot, the past fading as new
 * ones come. `memory` is how many values a slot holds before the older ones lose half their weight.
 */
export class RatioHistogram {
  readonly #counts: Float32Array
  readonly #totals: Float32Array
  readonly #memory: number

  constructor(slots: number, memory: number) {
    this.#counts = new Float32Array(slots * BINS)
    this.#totals = new Float32Array(slots)
    this.#memory = memory
  }

  add(slot: number, logRatio: number): void {
    const first = slot * BINS
    if ((this.#totals[slot] ?? 0) > this.#memory) this.#fade(slot)
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((logRatio - LOWEST) / WIDTH)))
    this.#counts[first + bin] = (this.#counts[first + bin] ?? 0) + 1
    this.#totals[slot] = (this.#totals[slot] ?? 0) + 1
  }

  /** The logarithm below which a share of the values lie, rounded up to a bin; NaN where there are none. */
  quantile(slot: number, share: number): number {
    const total = this.#totals[slot] ?? 0
    if (total <= 0) return Number.NaN
    const beyond = (1 - share) * total
    const first = slot * BINS
    let seen = 0
    for (let bin = BINS - 1; bin >= 0; bin--) {
      seen += this.#counts[first + bin] ?? 0
      if (seen >= beyond && seen > 0) return LOWEST + (bin + 1) * WIDTH
    }
    return LOWEST
  }

  /**
   * The logarithm of the ratio to provide for, where a unit of load beyond what was provided weighs `weight` times a unit of
   * capacity: a far tail that is cheap to cover is covered, one that would cost more than it saves is not. NaN without values.
   */
  cheapest(slot: number, weight: number): number {
    const total = this.#totals[slot] ?? 0
    if (total <= 0) return Number.NaN
    const first = slot * BINS
    let beyond = 0
    let least = Infinity
    let best = BINS - 1
    for (let bin = BINS - 1; bin >= 0; bin--) {
      const edge = EDGES[bin] ?? 1
      const cost = edge + (weight * beyond) / total
      if (cost < least) {
        least = cost
        best = bin
      }
      beyond += (this.#counts[first + bin] ?? 0) * edge
      if ((weight * beyond) / total > least) break
    }
    return LOWEST + (best + 1) * WIDTH
  }

  #fade(slot: number): void {
    const first = slot * BINS
    for (let bin = first; bin < first + BINS; bin++) this.#counts[bin] = (this.#counts[bin] ?? 0) / 2
    this.#totals[slot] = (this.#totals[slot] ?? 0) / 2
  }
}
