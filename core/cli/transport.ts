import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT } from './exit-code.ts'
import { CliError } from './failure.ts'

export type Fetch = (request: Request, init?: RequestInit) => Promise<Response>

const READS = new Set(['GET', 'HEAD'])
/** Keystrokes: to keep the answer to each of them in the store would cost more than the keystroke. */
const EXEC_INPUT = /\/exec\/[^/]+\/input$/
const PAUSE_MS = 300
const LONGEST_PAUSE_MS = 5000

/**
 * Sends requests to a server. Every change carries an `Idempotency-Key`, so one that got lost on the way can be, and is,
 * sent again once without happening twice; input to a command carries none and is sent once. Throws `CliError` (unreachable) when no answer comes.
 */
export function createTransport(fetchOnce: Fetch): Fetch {
  return async (request, init) => {
    const isInput = EXEC_INPUT.test(new URL(request.url).pathname)
    if (!READS.has(request.method) && !isInput) request.headers.set('Idempotency-Key', randomUUID())
    const again = request.clone()
    const answer = await attempt(fetchOnce, request, init)
    if (answer instanceof Response && answer.status !== 429) return answer
    if (answer instanceof Error && isAbort(answer)) throw answer
    // Nobody knows whether lost input arrived; typed twice it could do harm.
    if (answer instanceof Error && isInput) throw unreachable(request.url, answer)
    await sleep(answer instanceof Response ? pauseOf(answer) : PAUSE_MS)
    const second = await attempt(fetchOnce, again, init)
    if (second instanceof Error) throw isAbort(second) ? second : unreachable(request.url, second)
    return second
  }
}

async function attempt(fetchOnce: Fetch, request: Request, init?: RequestInit): Promise<Response | Error> {
  try {
    return await fetchOnce(request, init)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function isAbort(error: Error): boolean {
  return error.name === 'AbortError'
}

function pauseOf(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return Math.min(Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : PAUSE_MS, LONGEST_PAUSE_MS)
}

/** Says in one line why a server cannot be reached. */
export function unreachable(url: string, error: unknown): CliError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  const reason = REASONS[code] ?? (cause instanceof Error && cause.message ? cause.message : code)
  const hint = /CERT|SIGNED|TLS/.test(code)
    ? 'if the server has a certificate of your own authority, set NODE_EXTRA_CA_CERTS to that authority’s PEM file'
    : 'check the address, and that the server runs ("spacefort serve")'
  return new CliError(EXIT.unreachable, `${new URL(url).origin} does not answer: ${reason}`, { hint, cause: error })
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'the name cannot be looked up now',
  ECONNRESET: 'it closed the connection',
  UND_ERR_SOCKET: 'it closed the connection',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  EHOSTUNREACH: 'there is no route to it',
}
