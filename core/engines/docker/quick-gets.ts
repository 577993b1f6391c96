import type { Duplex } from 'node:stream'
import { AnswerReader, type Answer } from './answer-reader.ts'

const AT_ONCE = 2
/** One connection stays open for the next sign of life; others are closed when nobody has needed them for this long. */
const IDLE_MS = 10_000

interface Asked {
  answered: (answer: Answer) => void
  failed: (error: Error) => void
}

/** One connection, with at most one request under way. */
class Line {
  readonly #stream: Duplex
  #reader = new AnswerReader()
  #asked: Asked | undefined
  /** Whether anything has come since the request was sent. */
  heard = false
  reused = false
  open = true
  idleSince = 0

  constructor(stream: Duplex) {
    this.#stream = stream
    stream.on('data', (piece: Buffer) => this.#read(piece))
    stream.on('error', (error) => this.fail(error))
    const ended = () => this.#ended()
    stream.once('end', ended).once('close', ended)
  }

  ask(path: string): Promise<Answer> {
    this.#reader = new AnswerReader()
    this.heard = false
    return new Promise((answered, failed) => {
      if (!this.open) {
        failed(new Error('the connection was closed'))
        return
      }
      // Part of a path may come from the host itself.
      if (/[\s\0]/.test(path)) {
        failed(new Error('what was to be asked for is no path'))
        return
      }
      this.#asked = { answered, failed }
      this.#stream.write(`GET ${path} HTTP/1.1\r\nHost: docker\r\n\r\n`)
    })
  }

  #read(piece: Buffer): void {
    this.heard = true
    // Nobody asked for it: whatever it is, this connection cannot be trusted with the next request.
    if (!this.#asked) {
      this.fail(new Error('an answer to nothing'))
      return
    }
    try {
      const answer = this.#reader.read(piece)
      if (answer) this.#answer(answer)
    } catch (error) {
      this.fail(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #answer(answer: Answer): void {
    const asked = this.#asked
    this.#asked = undefined
    if (!answer.reusable) this.close()
    asked?.answered(answer)
  }

  #ended(): void {
    const answer = this.#asked && this.#reader.end()
    if (answer) this.#answer(answer)
    this.fail(Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }))
  }

  fail(error: Error): void {
    const asked = this.#asked
    this.#asked = undefined
    this.close()
    asked?.failed(error)
  }

  close(): void {
    if (!this.open) return
    this.open = false
    this.#stream.destroy()
  }
}

/** One request on its way: over which connection, and what it was given up with. */
interface Turn {
  line: Line | undefined
  error: Error | undefined
}

const isLate = (turn: Turn) => turn.error !== undefined

/**
 * Short GET requests over few connections that are kept and used again: two at once, the others wait. What `open` connects to is
 * closed by whoever gave it.
 */
export class QuickGets {
  readonly #open: () => Promise<Duplex>
  readonly #idle: Line[] = []
  readonly #waiting: (() => void)[] = []
  #busy = 0
  #tidy: NodeJS.Timeout | undefined

  constructor(open: () => Promise<Duplex>) {
    this.#open = open
  }

  /** `urgent` does not wait for others. Rejects with `late()` when there is no whole answer in time. */
  get(path: string, { timeoutMs, urgent = false, late }: { timeoutMs: number; urgent?: boolean; late: () => Error }): Promise<Answer> {
    const turn: Turn = { error: undefined, line: undefined }
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        turn.error = late()
        reject(turn.error)
        turn.line?.fail(turn.error)
      }
      // When this process itself was held up, the answer may have come long ago, and is read right after the timers.
      let timer: NodeJS.Timeout | NodeJS.Immediate = setTimeout(() => (timer = setImmediate(giveUp)), timeoutMs)
      const settle = () => {
        clearTimeout(timer as NodeJS.Timeout)
        clearImmediate(timer as NodeJS.Immediate)
      }
      const work = urgent ? this.#ask(path, turn) : this.#inTurn(() => this.#ask(path, turn))
      work.then(resolve, reject).finally(settle)
    })
  }

  async #inTurn(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#busy >= AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#busy++
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#busy--
    }
  }

  async #ask(path: string, turn: Turn): Promise<Answer> {
    for (;;) {
      if (turn.error) throw turn.error
      const line = this.#takeIdle() ?? new Line(await this.#open())
      turn.line = line
      try {
        // It came too late: nobody waits for it any more.
        if (isLate(turn)) line.close()
        const answer = await line.ask(path)
        this.#giveBack(line)
        return answer
      } catch (error) {
        // The other side may have closed a kept connection at that very moment; a new one tells whether it is still there.
        if (!line.reused || line.heard || isLate(turn)) throw error
      }
    }
  }

  #takeIdle(): Line | undefined {
    for (let line = this.#idle.pop(); line; line = this.#idle.pop())
      if (line.open) {
        line.reused = true
        return line
      }
    return undefined
  }

  #giveBack(line: Line): void {
    if (!line.open) return
    line.idleSince = performance.now()
    this.#idle.push(line)
    this.#tidyLater()
  }

  #closeUnused(): void {
    this.#tidy = undefined
    const old = performance.now() - IDLE_MS
    // The one used last is at the end, so those at the beginning have been idle the longest.
    while (this.#idle.length > 1 && (this.#idle[0]?.idleSince ?? 0) <= old) this.#idle.shift()?.close()
    this.#tidyLater()
  }

  #tidyLater(): void {
    if (this.#idle.length > 1 && this.#tidy === undefined) this.#tidy = setTimeout(() => this.#closeUnused(), IDLE_MS).unref()
  }
}
