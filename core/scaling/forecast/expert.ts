import { RatioHistogram } from './ratio-histogram.ts'
import { pinball, type Aim } from './aim.ts'
import { slotOf, type Season } from './season.ts'

const DAY_SECONDS = 86_400
/** The margin of somebody who has seen nothing yet. */
const FIRST_LOG_RATIO = Math.log(1.5)

/**
 * One way to foretell the peak of the next window: a level, times the margin that a stated share of past windows stayed within,
 * learned for each part of a season. Keeps a fading account of how well it did, for each aim it is asked for.
 */
export class Expert {
  readonly name: string
  readonly level: number
  readonly season: Season
  readonly losses: Float64Array
  readonly bounds: Float64Array
  /** The bounds, raised where that is cheap. */
  readonly margins: Float64Array
  readonly #histogram: RatioHistogram
  readonly #bases: Float64Array
  readonly #slots: Uint16Array
  readonly #past: Float64Array
  readonly #aims: readonly Aim[]
  readonly #horizon: number

  constructor(options: { name: string; level: number; season: Season; aims: readonly Aim[]; horizon: number; stepSeconds: number }) {
    const { season, horizon, aims, stepSeconds } = options
    this.name = options.name
    this.level = options.level
    this.season = season
    this.#aims = aims
    this.#horizon = horizon
    const perRound = season.seconds / season.slots / stepSeconds
    this.#histogram = new RatioHistogram(
      season.slots,
      season.seconds === 0 ? DAY_SECONDS / stepSeconds : Math.max(24, season.rounds * perRound),
    )
    this.#bases = new Float64Array(horizon)
    this.#slots = new Uint16Array(horizon)
    this.#past = new Float64Array(horizon * aims.length)
    this.losses = new Float64Array(aims.length)
    this.bounds = new Float64Array(aims.length)
    this.margins = new Float64Array(aims.length)
  }

  /** Learns from a window that has ended: what was foretold at `index` against the peak that came. `fade` ages the account. */
  learn(index: number, peak: number, fade: number): void {
    const place = index % this.#horizon
    const base = this.#bases[place] ?? 0
    if (base <= 0) return
    this.#aims.forEach((aim, index) => {
      const bound = this.#past[place * this.#aims.length + index] ?? 0
      this.losses[index] = (this.losses[index] ?? 0) * fade + pinball(aim.share, peak, bound)
    })
    this.#histogram.add(this.#slots[place] ?? 0, Math.log(peak / base))
  }

  /** Foretells the peak of the window that begins now; the bounds are in `bounds`, one for each aim. */
  foretell(index: number, base: number, atSeconds: number): void {
    const place = index % this.#horizon
    const slot = slotOf(this.season, atSeconds)
    this.#bases[place] = base
    this.#slots[place] = slot
    this.#aims.forEach((aim, index) => {
      const logRatio = this.#histogram.quantile(slot, aim.share)
      const isFirst = Number.isNaN(logRatio)
      const bound = base * Math.exp(isFirst ? FIRST_LOG_RATIO : logRatio)
      const cheap = isFirst || aim.weight === undefined ? 0 : base * Math.exp(this.#histogram.cheapest(slot, aim.weight))
      this.bounds[index] = bound
      this.margins[index] = Math.max(bound, cheap)
      this.#past[place * this.#aims.length + index] = bound
    })
  }
}
