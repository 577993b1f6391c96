interface Options {
  concurrency: number
  /** Does the work of one key; a rejection is retried with growing delay. */
  work: (key: string) => Promise<void>
  onError: (key: string, error: unknown, retryInMs: number) => void
}

const FIRST_RETRY_MS = 200
const LAST_RETRY_MS = 30_000

/**
 * Works on keys, not on events: adding a key that waits is a no-op, adding one that is being worked on makes it run once more,
 * and no key ever runs twice at the same time. Modelled on the work queue of Kubernetes' controllers.
 */
export class KeyedQueue {
  readonly #options: Options
  readonly #waiting = new Set<string>()
  readonly #running = new Set<string>()
  readonly #again = new Set<string>()
  readonly #failures = new Map<string, number>()
  readonly #timers = new Map<string, { timer: NodeJS.Timeout; due: number }>()
  #stopped = false
  #idle: (() => void)[] = []

  constructor(options: Options) {
    this.#options = options
  }

  add(key: string): void {
    if (this.#stopped) return
    this.#cancelTimer(key)
    if (this.#running.has(key)) this.#again.add(key)
    else this.#waiting.add(key)
    this.#pump()
  }

  /** Adds the key after `delayMs`, unless it is added earlier; of several delays the shortest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#stopped) return
    const due = performance.now() + delayMs
    const known = this.#timers.get(key)
    if (known && known.due <= due) return
    this.#cancelTimer(key)
    const timer = setTimeout(() => this.add(key), Math.min(delayMs, 2 ** 31 - 1))
    timer.unref()
    this.#timers.set(key, { timer, due })
  }

  get size(): number {
    return this.#waiting.size + this.#running.size
  }

  /** Takes no more keys; resolves when the running ones are done. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const key of [...this.#timers.keys()]) this.#cancelTimer(key)
    this.#waiting.clear()
    this.#again.clear()
    if (this.#running.size > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
  }

  #cancelTimer(key: string): void {
    const known = this.#timers.get(key)
    if (!known) return
    clearTimeout(known.timer)
    this.#timers.delete(key)
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (this.#running.size >= this.#options.concurrency) return
      this.#waiting.delete(key)
      void this.#run(key)
    }
  }

  async #run(key: string): Promise<void> {
    this.#running.add(key)
    let retryInMs: number | undefined
    // Work that only asks the database never waits for anything else, and would keep timers and sockets from their turn.
    await new Promise((resolve) => setImmediate(resolve))
    try {
      if (!this.#stopped) await this.#options.work(key)
      this.#failures.delete(key)
    } catch (error) {
      const failures = (this.#failures.get(key) ?? 0) + 1
      this.#failures.set(key, failures)
      retryInMs = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS)
      this.#options.onError(key, error, retryInMs)
    }
    this.#running.delete(key)
    if (this.#again.delete(key)) this.add(key)
    else if (retryInMs !== undefined) this.addAfter(key, retryInMs)
    this.#pump()
    if (this.#running.size === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }
}
