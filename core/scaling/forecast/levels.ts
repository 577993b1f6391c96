const MEAN_SECONDS = { mean15s: 15, mean1m: 60, mean5m: 300, mean15m: 900 } as const
const SECONDS = Object.values(MEAN_SECONDS)
/** A slope is carried on for so long at most: further ahead it says nothing. */
const SLOPE_SECONDS = 30

export const LEVELS = ['slope', 'mean15s', 'mean1m', 'mean5m', 'mean15m', 'climb1m', 'climb5m'] as const
/** What a forecast starts from: the load carried on along its slope, its mean over some time, or a mean carried on along its climb. */
export type Level = (typeof LEVELS)[number]

/** The present level of a series, in the ways a forecast can start from. */
export class Levels {
  readonly #values = new Float64Array(LEVELS.length)
  readonly #gains: number[]
  readonly #slopeSteps: number
  readonly #horizonSeconds: number
  #last = Number.NaN

  constructor(stepSeconds: number, horizonSteps: number) {
    this.#gains = SECONDS.map((seconds) => 1 - Math.exp(-stepSeconds / seconds))
    this.#horizonSeconds = stepSeconds * horizonSteps
    this.#slopeSteps = Math.min(horizonSteps, SLOPE_SECONDS / stepSeconds)
  }

  observe(value: number): void {
    const isFirst = Number.isNaN(this.#last)
    const values = this.#values
    const slope = isFirst ? 0 : value - this.#last
    values[0] = value + Math.max(0, slope) * this.#slopeSteps
    for (let index = 1; index <= this.#gains.length; index++) {
      const before = isFirst ? value : (values[index] ?? value)
      values[index] = before + (this.#gains[index - 1] ?? 1) * (value - before)
    }
    values[5] = this.#carriedOn(2, 3)
    values[6] = this.#carriedOn(3, 4)
    this.#last = value
  }

  /** A mean lags behind a climb by its own length; two of different length tell how steep the climb is. */
  #carriedOn(short: number, long: number): number {
    const [shortSeconds, longSeconds] = [SECONDS[short - 1] ?? 0, SECONDS[long - 1] ?? 1]
    const mean = this.#values[short] ?? 0
    const perSecond = (mean - (this.#values[long] ?? 0)) / (longSeconds - shortSeconds)
    return Math.max(mean / 2, Math.min(mean * 3, mean + perSecond * (shortSeconds + this.#horizonSeconds)))
  }

  /** Forgets the slope: what comes next does not follow directly on what was seen last. */
  interrupt(): void {
    if (!Number.isNaN(this.#last)) this.#last = this.#values[1] ?? this.#last
  }

  at(index: number): number {
    return this.#values[index] ?? 0
  }
}
