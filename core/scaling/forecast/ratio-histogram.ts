const LOWEST = -1.6
const HIGHEST = 3.2
const BINS = 120
const WIDTH = (HIGHEST - LOWEST) / BINS

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

  #fade(slot: number): void {
    const first = slot * BINS
    for (let bin = first; bin < first + BINS; bin++) this.#counts[bin] = (this.#counts[bin] ?? 0) / 2
    this.#totals[slot] = (this.#totals[slot] ?? 0) / 2
  }
}
