import { Agent, type RequestOptions } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { inspect } from 'node:util'

type Created = (error: Error | null, stream: Duplex) => void

/** A burst of work opens many connections; those that nobody needs any more are closed after this long. */
const IDLE_MS = 30_000

/** Carries HTTP over whatever `open` connects to. With `keep`, up to that many idle connections are used again. */
export class DialAgent extends Agent {
  readonly #open: () => Promise<Duplex>

  constructor(open: () => Promise<Duplex>, keep: number) {
    super({ keepAlive: keep > 0, maxFreeSockets: Math.max(keep, 1), timeout: IDLE_MS })
    this.#open = open
  }

  // docker-modem renders its options in full for a debug log before every request, and would walk every connection with it.
  [inspect.custom](): string {
    return 'DialAgent'
  }

  override createConnection(_options: RequestOptions, created?: Created): undefined {
    this.#open().then(
      (stream) => created?.(null, stream instanceof Socket ? stream : withSocketOptions(stream)),
      (error: unknown) => created?.(error instanceof Error ? error : new Error(String(error)), null as never),
    )
  }
}

// What the agent asks of a socket it keeps. An SSH channel has none of it: it lives and dies with its connection.
function withSocketOptions(stream: Duplex): Duplex {
  const ignore = () => stream
  return Object.assign(stream, { setKeepAlive: ignore, setTimeout: ignore, setNoDelay: ignore, ref: ignore, unref: ignore })
}
