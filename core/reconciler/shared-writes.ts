import type { Store, Tx } from '../store/index.ts'

interface Piece {
  work: (tx: Tx) => Promise<void>
  resolve: () => void
  reject: (error: unknown) => void
}

const MOST_TOGETHER = 200

/**
 * Many small writes as few transactions, because every transaction waits for the disk: what comes while one is under way goes into
 * the next. Each is durable when its promise resolves. One that fails is tried alone, so that it fails alone; `work` may therefore
 * run twice, and has to start from what it reads in its transaction.
 */
export class SharedWrites {
  readonly #store: Pick<Store, 'write'>
  readonly #waiting: Piece[] = []
  #busy = false

  constructor(store: Pick<Store, 'write'>) {
    this.#store = store
  }

  write(work: (tx: Tx) => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject })
      if (!this.#busy) void this.#drain()
    })
  }

  async #drain(): Promise<void> {
    this.#busy = true
    while (this.#waiting.length > 0) await this.#commit(this.#waiting.splice(0, MOST_TOGETHER))
    this.#busy = false
  }

  async #commit(pieces: readonly Piece[]): Promise<void> {
    try {
      await this.#store.write(async (tx) => {
        for (const { work } of pieces) await work(tx)
      })
      for (const { resolve } of pieces) resolve()
    } catch (error) {
      if (pieces.length === 1) pieces[0]?.reject(error)
      else for (const piece of pieces) await this.#commit([piece])
    }
  }
}
