/** Longer without a value, and a rate would be an average over a time nobody asked about. */
const MAX_GAP_MS = 60_000

/**
 * Turns counters that only grow into rates. A counter that got smaller was started again, so what it shows now is what was
 * added since. A counter that appears beside known ones started from zero.
 */
export class Counters {
  #at: number | null = null
  #values = new Map<string, number>()
  #previous = new Map<string, number>()
  #seconds: number | null = null

  /** Begins a reading that was taken at `at`, in ms of the source's clock. False when it is no newer than the one before. */
  begin(at: number): boolean {
    const elapsedMs = this.#at === null ? null : at - this.#at
    if (elapsedMs !== null && elapsedMs <= 0 && elapsedMs > -MAX_GAP_MS) return false
    this.#seconds = elapsedMs !== null && elapsedMs > 0 && elapsedMs <= MAX_GAP_MS ? elapsedMs / 1000 : null
    this.#at = at
    this.#previous = this.#values
    this.#values = new Map()
    return true
  }

  /** Growth since the reading before; null when there is none to compare with. */
  increase(name: string, value: number): number | null {
    if (!Number.isFinite(value) || value < 0) return null
    this.#values.set(name, value)
    if (this.#seconds === null) return null
    const before = this.#previous.get(name) ?? 0
    return value >= before ? value - before : value
  }

  /** Growth per second since the reading before. */
  rate(name: string, value: number): number | null {
    const increase = this.increase(name, value)
    return increase === null || this.#seconds === null ? null : increase / this.#seconds
  }
}
