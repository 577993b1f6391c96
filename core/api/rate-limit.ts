import { AppError } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'

export interface Rate {
  perSecond: number
  /** How many may come at once after a pause. */
  burst: number
}

interface Bucket {
  tokens: number
  at: number
}

const MAX_BUCKETS = 10_000

/** Token buckets by caller. Forgetting full buckets is harmless, so memory stays bounded. */
export class RateLimit {
  readonly #rate: Rate
  readonly #clock: Clock
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate, clock: Clock) {
    this.#rate = rate
    this.#clock = clock
  }

  /** Counts one request; throws RATE_LIMITED when there were too many. */
  take(key: string): void {
    const now = this.#clock.monotonic()
    const bucket = this.#buckets.get(key) ?? { tokens: this.#rate.burst, at: now }
    bucket.tokens = this.#refilled(bucket, now)
    bucket.at = now
    if (!this.#buckets.has(key)) this.#makeRoom(now)
    this.#buckets.set(key, bucket)
    if (bucket.tokens < 1)
      throw new AppError('RATE_LIMITED', `more than ${this.#rate.perSecond} requests a second`, {
        details: { hint: `Wait ${Math.ceil(1 / this.#rate.perSecond)} s, and send fewer requests a second.` },
      })
    bucket.tokens -= 1
  }

  #refilled(bucket: Bucket, now: number): number {
    return Math.min(this.#rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * this.#rate.perSecond)
  }

  #makeRoom(now: number): void {
    if (this.#buckets.size < MAX_BUCKETS) return
    for (const [key, bucket] of this.#buckets) if (this.#refilled(bucket, now) >= this.#rate.burst) this.#buckets.delete(key)
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size >= MAX_BUCKETS && oldest !== undefined) this.#buckets.delete(oldest)
  }
}
