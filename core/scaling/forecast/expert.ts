import { RatioHistogram } from './ratio-histogram.ts'
import { slotOf, type Season } from './season.ts'

const DAY_SECONDS = 86_400
/** The margin of somebody who has seen nothing yet. */
const FIRST_LOG_RATIO = Math.log(1.5)

/**
 * One way to foretell the peak of the next window: a level, times the margin that a stated share of past windows stayed within,
 * learned for each part of a season. Keeps a fading account of how well it did, for each share it is asked for.
 */
export class Expert {
  readonly name: string
  readonly level: number
  readonly season: Season
  readonly losses: Float64Array
  readonly bounds: Float64Array
  readonly #histogram: RatioHistogram
  readonly #bases: Float64Array
  readonly #slots: Uint16Array
  readonly #past: Float64Array
  readonly #shares: readonly number[]
  readonly #horizon: number

  constructor(options: { name: string; level: number; season: Season; shares: readonly number[]; horizon: number; stepSeconds: number }) {
    const { season, horizon, shares, stepSeconds } = options
    this.name = options.name
    this.level = options.level
    this.season = season
    this.#shares = shares
    this.#horizon = horizon
    const perRound = season.seconds / season.slots / stepSeconds
    this.#histogram = new RatioHistogram(season.slots, season.seconds === 0 ? DAY_SECONDS / stepSeconds : Math.max(24, season.rounds * perRound))
    this.#bases = new Float64Array(horizon)
    this.#slots = new Uint16Array(horizon)
    this.#past = new Float64Array(horizon * shares.length)
    this.losses = new Float64Array(shares.length)
    this.bounds = new Float64Array(shares.length)
  }

  /** Learns from a window that has ended: what was foretold at `index` against the peak that came. `fade` ages the account. */
  learn(index: number, peak: number, fade: number): void {
    const place = index % this.#horizon
    const base = this.#bases[place] ?? 0
    if (base <= 0) return
    for (let share = 0; share < this.#shares.length; share++) {
      const bound = this.#past[place * this.#shares.length + share] ?? 0
      this.losses[share] = (this.losses[share] ?? 0) * fade + pinball(this.#shares[share] ?? 0.5, peak, bound)
    }
    this.#histogram.add(this.#slots[place] ?? 0, Math.log(peak / base))
  }

  /** Foretells the peak of the window that begins now; the bounds are in `bounds`, one for each share. */
  foretell(index: number, base: number, atSeconds: number): void {
    const place = index % this.#horizon
    const slot = slotOf(this.season, atSeconds)
    this.#bases[place] = base
    this.#slots[place] = slot
    for (let share = 0; share < this.#shares.length; share++) {
      const logRatio = this.#histogram.quantile(slot, this.#shares[share] ?? 0.5)
      const bound = base * Math.exp(Number.isNaN(logRatio) ? FIRST_LOG_RATIO : logRatio)
      this.bounds[share] = bound
      this.#past[place * this.#shares.length + share] = bound
    }
  }

  /** Takes back what was foretold, where the window turned out not to be seen. */
  forget(index: number): void {
    this.#bases[index % this.#horizon] = 0
  }
}

/** What it costs to have said `bound` when `value` came; least on average for the true quantile. */
export function pinball(share: number, value: number, bound: number): number {
  return value > bound ? share * (value - bound) : (1 - share) * (bound - value)
}
