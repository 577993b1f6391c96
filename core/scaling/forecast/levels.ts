const MEAN_SECONDS = { mean15s: 15, mean1m: 60, mean5m: 300, mean15m: 900 } as const
/** A slope is carried on for so long at most: further ahead it says nothing. */
const SLOPE_SECONDS = 30

export const LEVELS = ['slope', 'mean15s', 'mean1m', 'mean5m', 'mean15m'] as const
/** What a forecast starts from: the load carried on along its slope, or its mean over some time. */
export type Level = (typeof LEVELS)[number]

/** The present level of a series, in the five ways a forecast can start from. */
export class Levels {
  readonly #values = new Float64Array(LEVELS.length)
  readonly #gains: number[]
  readonly #slopeSteps: number
  #last = Number.NaN

  constructor(stepSeconds: number, horizonSteps: number) {
    this.#gains = Object.values(MEAN_SECONDS).map((seconds) => 1 - Math.exp(-stepSeconds / seconds))
    this.#slopeSteps = Math.min(horizonSteps, SLOPE_SECONDS / stepSeconds)
  }

  observe(value: number): void {
    const isFirst = Number.isNaN(this.#last)
    const values = this.#values
    const slope = isFirst ? 0 : value - this.#last
    values[0] = value + Math.max(0, slope) * this.#slopeSteps
    for (let index = 1; index < values.length; index++) {
      const before = isFirst ? value : (values[index] ?? value)
      values[index] = before + (this.#gains[index - 1] ?? 1) * (value - before)
    }
    this.#last = value
  }

  /** Forgets the slope: what comes next does not follow directly on what was seen last. */
  interrupt(): void {
    if (!Number.isNaN(this.#last)) this.#last = this.#values[1] ?? this.#last
  }

  at(index: number): number {
    return this.#values[index] ?? 0
  }
}
