import { pinball, type Aim } from './aim.ts'
import { Expert } from './expert.ts'
import { LEVELS, Levels, type Level } from './levels.ts'
import { NO_SEASON, type Season } from './season.ts'
import { SlidingPeak } from './sliding-peak.ts'

const ACCOUNT_SECONDS = 86_400
const SLOW: Level = 'mean15m'

export interface PeakForecastOptions {
  stepSeconds: number
  horizonSeconds: number
  /** One bound is given for each. */
  aims: readonly Aim[]
  levels: readonly Level[]
  seasons: readonly Season[]
  /** Values below this are taken as this: ratios of almost nothing say nothing. */
  floor: number
}

/** An upper bound of the peak to come, and who gave it. */
export interface PeakBound {
  value: number
  by: string
}

/**
 * Foretells the peak of the next `horizonSeconds` of a series, value by value. Several experts foretell; for each aim the one
 * that did best over about a day is followed. A season's expert is no candidate before enough rounds of it were seen. Where the
 * best one and the best one that starts from a slow mean together did better still, the lower of the two counts: a burst that is
 * already there is then not multiplied by the burst that was expected.
 */
export class PeakForecast {
  readonly #options: PeakForecastOptions
  readonly #levels: Levels
  readonly #experts: Expert[]
  readonly #peak: SlidingPeak
  readonly #horizon: number
  readonly #fade: number
  readonly #lowerPast: Float64Array
  readonly #lowerLosses: Float64Array
  #index = 0
  /** Windows that began before this index hold a gap. */
  #whole = 0
  #firstAt: number | undefined

  constructor(options: PeakForecastOptions) {
    const { stepSeconds, aims } = options
    this.#options = options
    this.#horizon = Math.max(1, Math.ceil(options.horizonSeconds / stepSeconds))
    this.#fade = Math.exp(-stepSeconds / ACCOUNT_SECONDS)
    this.#levels = new Levels(stepSeconds, this.#horizon)
    this.#peak = new SlidingPeak(this.#horizon)
    this.#lowerPast = new Float64Array(this.#horizon * aims.length)
    this.#lowerLosses = new Float64Array(aims.length)
    this.#experts = options.levels.flatMap((level) =>
      [NO_SEASON, ...options.seasons].map(
        (season) =>
          new Expert({
            name: season.seconds === 0 ? level : `${level}/${season.name}`,
            level: LEVELS.indexOf(level),
            season,
            aims,
            horizon: this.#horizon,
            stepSeconds,
          }),
      ),
    )
  }

  /** Takes the next value and gives the bounds of what follows, one for each aim. */
  next(atSeconds: number, value: number): PeakBound[] {
    const observed = Math.max(this.#options.floor, value)
    this.#firstAt ??= atSeconds
    this.#learn(observed)
    this.#levels.observe(observed)
    for (const expert of this.#experts) expert.foretell(this.#index, this.#levels.at(expert.level), atSeconds)
    const bounds = this.#options.aims.map((_, aim) => this.#bound(aim, observed, atSeconds - (this.#firstAt ?? atSeconds)))
    this.#index++
    return bounds
  }

  /** Says that values are missing here: nothing is learned from windows that hold the gap. */
  interrupt(): void {
    this.#whole = this.#index
    this.#peak.clear()
    this.#levels.interrupt()
  }

  #learn(observed: number): void {
    const peak = this.#peak.push(this.#index, observed)
    const began = this.#index - this.#horizon
    if (began < this.#whole) return
    for (const expert of this.#experts) expert.learn(began, peak, this.#fade)
    const { aims } = this.#options
    aims.forEach((aim, index) => {
      const lower = this.#lowerPast[(began % this.#horizon) * aims.length + index] ?? 0
      this.#lowerLosses[index] = (this.#lowerLosses[index] ?? 0) * this.#fade + pinball(aim.share, peak, lower)
    })
  }

  #bound(aim: number, observed: number, ageSeconds: number): PeakBound {
    const best = this.#best(aim, ageSeconds)
    const slow = this.#best(aim, ageSeconds, SLOW)
    const bestBound = best.bounds[aim] ?? observed
    const slowBound = slow.bounds[aim] ?? bestBound
    this.#lowerPast[(this.#index % this.#horizon) * this.#options.aims.length + aim] = Math.max(observed, Math.min(bestBound, slowBound))
    const margin = best.margins[aim] ?? bestBound
    if ((this.#lowerLosses[aim] ?? 0) >= (best.losses[aim] ?? 0)) return { value: margin, by: best.name }
    return { value: Math.max(observed, Math.min(margin, slow.margins[aim] ?? margin)), by: `lower of ${best.name} and ${slow.name}` }
  }

  #best(aim: number, ageSeconds: number, level?: Level): Expert {
    const wanted = level === undefined ? -1 : LEVELS.indexOf(level)
    let best: Expert | undefined
    for (const expert of this.#experts) {
      if (ageSeconds < expert.season.trustedAfterSeconds || (wanted >= 0 && expert.level !== wanted)) continue
      if (best === undefined || (expert.losses[aim] ?? 0) < (best.losses[aim] ?? 0)) best = expert
    }
    if (best === undefined) throw new Error('a forecast needs an expert without a season')
    return best
  }
}
