export interface SessionInput {
  data?: Uint8Array
  columns?: number
  rows?: number
}

/** At most one request in so many milliseconds: many key strokes make one. */
const PAUSE_MS = 20
/** More than this at once, as after pasting a file, is sent in pieces. */
const PIECE_BYTES = 256 * 1024

/** What is typed and how big the window is, on its way to a session: in order, one request at a time, never too many. */
export class InputQueue {
  readonly #send: (input: SessionInput) => Promise<unknown>
  readonly #failed: (error: unknown) => void
  #typed: Uint8Array[] = []
  #size: { columns: number; rows: number } | undefined
  #busy = false
  #ended = false
  #sentAt = -Infinity

  constructor(send: (input: SessionInput) => Promise<unknown>, failed: (error: unknown) => void) {
    this.#send = send
    this.#failed = failed
  }

  type(data: Uint8Array): void {
    this.#typed.push(data)
    this.#wake()
  }

  /** Only the latest size counts. */
  resize(columns: number, rows: number): void {
    this.#size = { columns, rows }
    this.#wake()
  }

  end(): void {
    this.#ended = true
    this.#typed = []
  }

  #wake(): void {
    if (this.#busy || this.#ended) return
    this.#busy = true
    const wait = Math.max(0, this.#sentAt + PAUSE_MS - performance.now())
    setTimeout(() => void this.#flush(), wait)
  }

  async #flush(): Promise<void> {
    const input = this.#take()
    this.#sentAt = performance.now()
    try {
      if (!this.#ended) await this.#send(input)
    } catch (error) {
      if (!this.#ended) this.#failed(error)
      this.#ended = true
    }
    this.#busy = false
    if (this.#typed.length > 0 || this.#size) this.#wake()
  }

  #take(): SessionInput {
    const all = joined(this.#typed)
    const data = all.subarray(0, PIECE_BYTES)
    this.#typed = all.length > PIECE_BYTES ? [all.subarray(PIECE_BYTES)] : []
    const size = this.#size
    this.#size = undefined
    return { ...(data.length > 0 ? { data } : {}), ...size }
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}
