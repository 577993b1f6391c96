/** Time as an argument, so that decisions can be tested at any moment. */
export interface Clock {
  /** Wall clock, ms since the epoch; may jump. */
  now(): number
  /** Monotonic ms; never jumps, says nothing about the date. */
  monotonic(): number
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

/** A clock that stands still until it is moved. */
export class FakeClock implements Clock {
  #now: number

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
  }
}
