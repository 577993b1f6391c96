import type { MetricFault } from '../../contract/index.ts'

export interface SeriesWatchOptions {
  intervalMs: number
  staleAfterIntervals: number
  /** Values above this cannot be. */
  most?: number
}

export interface Judged {
  /** When the value that is used was measured. */
  at: number
  /** The last value that was measured, while it is not stale. */
  value: number | null
  /** The value to learn from: null where nothing was measured, or what was is wrong. */
  usable: number | null
  faults: { fault: MetricFault; since: number }[]
}

/** A value that stays exactly the same for so many measurements, in a series that did not before, is not being measured. */
const FLAT_AFTER = 120
const REMEMBERED = 24
const FLAT_VARIETY = 12
/** So many measurements without one zero: then a sudden zero is no quiet hour. */
const NEVER_SILENT = 60
const UNIT_JUMP = 500
const UNIT_JUMP_MOST = 2000
const SKEW_INTERVALS = 2

/**
 * Judges a series value by value: stale, missing, impossible, flat, silent, measured by a wrong clock or in another unit. A
 * missing value is never taken as zero, and a load that falls to exactly nothing at once is taken as a fault for as long as a
 * suppression lasts.
 */
export class SeriesWatch {
  readonly #options: SeriesWatchOptions
  readonly #since = new Map<MetricFault, number>()
  readonly #recent: number[] = []
  #lastAt: number | null = null
  #last: number | null = null
  #same = 0
  #sameHadVariety = false
  #nonZero = 0
  #silent = false
  #usual = 0

  constructor(options: SeriesWatchOptions) {
    this.#options = options
  }

  /** `at` is the source's time of the value, `now` the time at which it is judged; null: nothing arrived. */
  next(at: number, value: number | null, now: number): Judged {
    const faults = new Set<MetricFault>()
    const usable = value === null ? null : this.#judge(at, value, { now, faults })
    if (usable !== null) this.#accept(at, usable, faults)
    else if (value === null && this.#last === null) faults.add('missing')
    if (this.#lastAt !== null && now - this.#lastAt > this.#options.staleAfterIntervals * this.#options.intervalMs) faults.add('stale')
    this.#age(faults, now)
    const isStale = faults.has('stale')
    return {
      at: this.#lastAt ?? now,
      value: isStale ? null : this.#last,
      usable: faults.size > 0 ? null : usable,
      faults: [...faults].map((fault) => ({ fault, since: this.#since.get(fault) ?? now })),
    }
  }

  /** The value, or null where it cannot be one. */
  #judge(at: number, value: number, { now, faults }: { now: number; faults: Set<MetricFault> }): number | null {
    if (!Number.isFinite(value) || value < 0 || value > (this.#options.most ?? Infinity)) {
      faults.add('impossible')
      return null
    }
    if (at > now + SKEW_INTERVALS * this.#options.intervalMs || (this.#lastAt !== null && at < this.#lastAt)) {
      faults.add('clock-skew')
      return null
    }
    const ratio = this.#usual > 0 && value > 0 ? Math.max(value / this.#usual, this.#usual / value) : 1
    if (ratio >= UNIT_JUMP && ratio <= UNIT_JUMP_MOST && this.#recent.length >= FLAT_VARIETY) {
      faults.add('unit-jump')
      return null
    }
    return value
  }

  #accept(at: number, value: number, faults: Set<MetricFault>): void {
    if (value === this.#last) this.#same++
    else {
      this.#same = 1
      this.#sameHadVariety = new Set(this.#recent).size >= FLAT_VARIETY
    }
    if (value !== 0) {
      this.#nonZero++
      this.#silent = false
    } else {
      if (this.#nonZero >= NEVER_SILENT) this.#silent = true
      this.#nonZero = 0
    }
    this.#recent.push(value)
    if (this.#recent.length > REMEMBERED) this.#recent.shift()
    this.#usual = this.#usual === 0 ? value : this.#usual + 0.05 * (value - this.#usual)
    this.#lastAt = at
    this.#last = value
    if (this.#silent || (this.#same >= FLAT_AFTER && this.#sameHadVariety)) faults.add('flat-line')
  }

  #age(faults: ReadonlySet<MetricFault>, now: number): void {
    for (const fault of this.#since.keys()) if (!faults.has(fault)) this.#since.delete(fault)
    for (const fault of faults) if (!this.#since.has(fault)) this.#since.set(fault, now)
  }
}
