/** Instances as a replay knows them: alike, serving a fixed time after they were ordered, gone at once. */
export class ReplayInstances {
  #ready: number
  #starting: { readyAt: number; count: number }[] = []
  #pending = 0
  readonly #startDelayMs: number

  constructor(ready: number, startDelayMs: number) {
    this.#ready = ready
    this.#startDelayMs = startDelayMs
  }

  get ready(): number {
    return this.#ready
  }

  get starting(): number {
    return this.#pending
  }

  get ordered(): number {
    return this.#ready + this.#pending
  }

  /** Lets those serve whose start has ended by now. */
  advance(now: number): void {
    while ((this.#starting[0]?.readyAt ?? Infinity) <= now) {
      const count = this.#starting.shift()?.count ?? 0
      this.#ready += count
      this.#pending -= count
    }
  }

  /** Orders or lets go until so many are there; those that do not serve yet go first, the latest before others. */
  scaleTo(wanted: number, now: number): void {
    const change = wanted - this.ordered
    if (change > 0) {
      this.#starting.push({ readyAt: now + this.#startDelayMs, count: change })
      this.#pending += change
      this.advance(now)
    }
    let surplus = -change
    while (surplus > 0 && this.#pending > 0) {
      const latest = this.#starting.at(-1)
      if (!latest) break
      const gone = Math.min(surplus, latest.count)
      latest.count -= gone
      this.#pending -= gone
      surplus -= gone
      if (latest.count === 0) this.#starting.pop()
    }
    if (surplus > 0) this.#ready -= surplus
  }
}
