/**
 * Work that many ask for at once and that is done once for all of them. Whoever asks while it runs waits for the next run, so that
 * what they know of is looked at. Between runs it rests ten times as long as a run takes: it never costs more than a tenth of the time.
 */
export class SharedRun {
  readonly #work: () => Promise<void>
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  #restsUntil = -Infinity

  constructor(work: () => Promise<void>) {
    this.#work = work
  }

  /** Resolves once a run that began after this call is over; rejects as that run does. */
  run(): Promise<void> {
    return (this.#next ??= this.#begin())
  }

  async #begin(): Promise<void> {
    await this.#running?.catch(() => undefined)
    const restMs = this.#restsUntil - performance.now()
    await new Promise((resolve) => (restMs > 1 ? setTimeout(resolve, restMs) : setImmediate(resolve)))
    this.#running = this.#next
    this.#next = undefined
    const startedAt = performance.now()
    try {
      await this.#work()
    } finally {
      const now = performance.now()
      this.#restsUntil = now + REST * (now - startedAt)
    }
  }
}

const REST = 10
