import { LEVELS } from './levels.ts'
import { PeakForecast, type PeakBound } from './peak-forecast.ts'
import type { Season } from './season.ts'

/** What the load may be before an instance ordered now can serve, and what capacity is worth keeping for. */
export interface Forecast {
  at: number
  horizonSeconds: number
  /** Bound of the peak within the horizon, at the policy's weight. */
  upper: number
  upperBy: string
  /** Bound of the peak while scale-in would have to be undone, likely and at most; a small cut heeds the latter. */
  keepLikely: number
  keepMost: number
}

export interface ForecasterOptions {
  stepSeconds: number
  leadSeconds: number
  keepSeconds: number
  /** Share of windows in which the load may not exceed the bound. */
  confidence: number
  /** How many times the capacity that would serve it a unit of load beyond the objective weighs. */
  weight: number
  seasons: readonly Season[]
  floor: number
}

/** From the moment a value is measured until a decision made with it is carried out, besides the start of instances. */
const REACTION_SECONDS = 25
const KEEP = [{ share: 0.75 }, { share: 0.95 }]

/**
 * Learns a series value by value and says what capacity it will need. Deterministic: the same values give the same forecasts.
 * Nothing is known of it before, and nothing about any particular load is built in.
 */
export class Forecaster {
  readonly #near: PeakForecast
  readonly #far: PeakForecast
  readonly #options: ForecasterOptions
  #latest: Forecast | null = null

  constructor(options: ForecasterOptions) {
    const { stepSeconds, floor, seasons } = options
    this.#options = options
    const common = { stepSeconds, floor, seasons }
    this.#near = new PeakForecast({
      ...common,
      horizonSeconds: options.leadSeconds + REACTION_SECONDS,
      aims: [{ share: options.confidence, weight: options.weight }],
      levels: LEVELS,
    })
    this.#far = new PeakForecast({
      ...common,
      horizonSeconds: Math.max(stepSeconds, options.keepSeconds),
      aims: KEEP,
      levels: ['mean1m', 'mean5m', 'mean15m'],
    })
  }

  /** Takes the value measured at a time, or null where none was; gives the forecast that holds now. */
  next(atMs: number, value: number | null): Forecast | null {
    if (value === null) {
      this.#near.interrupt()
      this.#far.interrupt()
      return this.#latest
    }
    const [near] = this.#near.next(atMs / 1000, value)
    const [likely, most] = this.#far.next(atMs / 1000, value)
    this.#latest = {
      at: atMs,
      horizonSeconds: this.#options.leadSeconds + REACTION_SECONDS,
      upper: valueOf(near, value),
      upperBy: near?.by ?? '',
      keepLikely: valueOf(likely, value),
      keepMost: valueOf(most, value),
    }
    return this.#latest
  }
}

function valueOf(bound: PeakBound | undefined, otherwise: number): number {
  return Math.round((bound?.value ?? otherwise) * 1000) / 1000
}
