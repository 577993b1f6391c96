/** What a server answered: the status and the whole body. */
export interface Answer {
  status: number
  body: Buffer
  /** Whether the connection may carry another request. */
  reusable: boolean
}

type State = 'head' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close'

const NOTHING = Buffer.alloc(0)
const LINE_END = '\r\n'
const LONGEST_HEAD_BYTES = 64 * 1024
const LONGEST_BODY_BYTES = 256 * 2 ** 20

/**
 * Reads one HTTP/1.1 answer from a connection, piece by piece. A tenth of the work of Node's own client, which matters where
 * thousands of hosts are asked all the time. Throws on what is no HTTP.
 */
export class AnswerReader {
  #state: State = 'head'
  #rest: Buffer = NOTHING
  #left = 0
  #status = 0
  #reusable = true
  #bytes = 0
  readonly #parts: Buffer[] = []

  /** Takes the next piece; the answer, once it is complete. */
  read(piece: Buffer): Answer | undefined {
    let data = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    this.#rest = NOTHING
    for (;;) {
      if (this.#state === 'until-close') {
        this.#keep(data)
        return undefined
      }
      if (this.#state === 'length' || this.#state === 'chunk') {
        const part = data.subarray(0, this.#left)
        this.#keep(part)
        this.#left -= part.length
        if (this.#left > 0) return undefined
        data = data.subarray(part.length)
        if (this.#state === 'length') return this.#complete(data)
        this.#state = 'chunk-end'
      }
      const mark = this.#state === 'head' ? '\r\n\r\n' : LINE_END
      const end = data.indexOf(mark)
      if (end < 0) {
        if (data.length > LONGEST_HEAD_BYTES) throw new Error('the answer is not HTTP')
        this.#rest = data
        return undefined
      }
      const line = data.toString('latin1', 0, end)
      data = data.subarray(end + mark.length)
      if (this.#take(line)) return this.#complete(data)
    }
  }

  /** The connection was closed; the answer, if that was its end. */
  end(): Answer | undefined {
    if (this.#state !== 'until-close') return undefined
    this.#reusable = false
    return this.#complete(NOTHING)
  }

  /** Takes a line, or the whole head; returns whether nothing follows. */
  #take(line: string): boolean {
    if (this.#state === 'head') return this.#begin(line)
    if (this.#state === 'trailer') return line === ''
    if (this.#state === 'chunk-end') this.#state = 'chunk-size'
    else {
      if (!/^[0-9a-f]{1,8}(?:[ \t]*;.*)?$/i.test(line)) throw new Error('the answer is not HTTP')
      this.#left = Number.parseInt(line, 16)
      this.#state = this.#left === 0 ? 'trailer' : 'chunk'
    }
    return false
  }

  #begin(head: string): boolean {
    const status = /^HTTP\/1\.([01]) (\d{3})/.exec(head)
    if (!status) throw new Error('the answer is not HTTP')
    this.#status = Number(status[2])
    // Something like "100 Continue" comes before the answer.
    if (this.#status < 200) return false
    this.#reusable = status[1] === '1' && !/\r\nconnection:[ \t]*close/i.test(head)
    if (this.#status === 204 || this.#status === 304) return true
    const length = /\r\ncontent-length:[ \t]*(\d+)/i.exec(head)?.[1]
    if (/\r\ntransfer-encoding:[ \t]*chunked/i.test(head)) this.#state = 'chunk-size'
    else if (length === undefined) this.#state = 'until-close'
    else {
      this.#state = 'length'
      this.#left = Number(length)
    }
    return false
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length
    if (this.#bytes > LONGEST_BODY_BYTES) throw new Error(`the answer is longer than ${LONGEST_BODY_BYTES / 2 ** 20} MiB`)
    if (part.length > 0) this.#parts.push(part)
  }

  #complete(after: Buffer): Answer {
    const body = this.#parts.length === 1 ? (this.#parts[0] ?? NOTHING) : Buffer.concat(this.#parts)
    return { status: this.#status, body, reusable: this.#reusable && after.length === 0 }
  }
}
