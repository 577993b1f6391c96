/** Lets at most `limit` pieces of work run at once; the rest waits in order. */
export class Semaphore {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(limit: number) {
    this.#free = limit
  }

  /** Runs `work` in its turn. With `holdMs` it makes room for others after that long, and goes on beside them. */
  async run<T>(work: () => Promise<T>, holdMs?: number): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    let holding = true
    const release = () => {
      if (!holding) return
      holding = false
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
    const timer = holdMs === undefined ? undefined : setTimeout(release, holdMs)
    try {
      return await work()
    } finally {
      clearTimeout(timer)
      release()
    }
  }
}
