const GAIN = 0.01
const LEAST_SAMPLES = 60
/** The cost of a request may drift; by this factor it does not change from one moment to the next. */
const FACTOR = 10

/**
 * Watches two metrics that rise and fall together, such as CPU and requests. True where what one says of the other is off by a
 * factor of ten from what it usually says: then one of them is wrong, and nobody knows which.
 */
export class ContradictionWatch {
  #usual = 0
  #samples = 0

  next(one: number, other: number, least: number): boolean {
    if (one < least && other < least) return false
    const logRatio = Math.log(Math.max(one, least) / Math.max(other, least))
    const contradicts = this.#samples >= LEAST_SAMPLES && Math.abs(logRatio - this.#usual) > Math.log(FACTOR)
    if (contradicts) return true
    this.#samples++
    this.#usual += Math.max(GAIN, 1 / this.#samples) * (logRatio - this.#usual)
    return false
  }
}
