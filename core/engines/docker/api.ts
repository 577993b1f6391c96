import Docker from 'dockerode'
import { Readable, type Duplex } from 'node:stream'
import { EngineError } from '../engine.ts'
import { DialAgent } from './agent.ts'
import { toEngineError } from './errors.ts'
import { QuickGets } from './quick-gets.ts'
import type { DockerTransport } from './transport.ts'

const IDLE_CONNECTIONS = 16
const PING = '/_ping'

/** A request as docker-modem takes it, where dockerode has no method that does. */
interface DialOptions {
  method: 'GET' | 'POST'
  path: string
  options?: object
  isStream?: boolean
  abortSignal?: AbortSignal
}

interface Modem {
  dial(options: DialOptions & { statusCodes: Record<number, boolean> }, callback: (error: Error | null, answer: unknown) => void): void
}

type Call<T> = (docker: Docker, signal: AbortSignal) => Promise<T>

interface Limits {
  timeoutMs: number
  acting: boolean
  /** After this long without an answer the engine has to show that it is there. */
  quietMs?: number
}

/** The Docker API with a time limit on every call, so that an engine that hangs becomes an `EngineError`. */
export class DockerApi {
  readonly where: string
  readonly #transport: DockerTransport
  #keptClient: Docker | undefined
  #ownClient: Docker | undefined
  readonly #gets: QuickGets
  readonly #connections = new Set<Duplex>()
  #closed = false

  constructor(transport: DockerTransport) {
    this.where = transport.where
    this.#transport = transport
    this.#gets = new QuickGets(() => this.#open())
  }

  // Made when they are needed: most hosts of a large pool are only looked at, for which they are not.
  get #kept(): Docker {
    return (this.#keptClient ??= clientOver(new DialAgent(() => this.#open(), IDLE_CONNECTIONS)))
  }

  get #own(): Docker {
    return (this.#ownClient ??= clientOver(new DialAgent(() => this.#open(), 0)))
  }

  /** A short call over a connection that is kept and used again. */
  query<T>(timeoutMs: number, call: Call<T>): Promise<T> {
    return this.#within({ timeoutMs, acting: false }, (signal) => call(this.#kept, signal))
  }

  /**
   * A call that changes something and may be repeated, over a connection that is kept. It may take up to `timeoutMs`, but only for
   * as long as the engine answers others: once it was quiet for `quietMs` it is asked whether it is still there.
   */
  act<T>({ timeoutMs, quietMs }: { timeoutMs: number; quietMs: number }, call: Call<T>): Promise<T> {
    return this.#within({ timeoutMs, acting: true, quietMs }, (signal) => call(this.#kept, signal))
  }

  /** A call whose answer is a stream, over a connection of its own. */
  attach<T>(timeoutMs: number, call: Call<T>): Promise<T> {
    return this.#within({ timeoutMs, acting: true }, (signal) => call(this.#own, signal))
  }

  /** The answer to a short GET, parsed where it is JSON; without dockerode, whose work would be most of the whole. */
  async get(timeoutMs: number, path: string): Promise<unknown> {
    try {
      const late = () => this.#silent(timeoutMs)
      const { status, body } = await this.#gets.get(path, { timeoutMs, urgent: path === PING, late })
      const text = body.toString('utf8')
      if (status !== 200) throw Object.assign(new Error(messageOf(text)), { statusCode: status })
      return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text
    } catch (error) {
      throw toEngineError(error, { where: this.where })
    }
  }

  ping(timeoutMs: number): Promise<unknown> {
    return this.get(timeoutMs, PING)
  }

  /** A call whose answer is a stream; dockerode would collect some of them in memory. */
  stream(timeoutMs: number, request: Pick<DialOptions, 'method' | 'path' | 'options'>): Promise<Readable> {
    return this.attach(timeoutMs, async (docker, abortSignal) => {
      const answer = await dial(docker, { ...request, isStream: true, abortSignal })
      if (answer instanceof Readable) return answer
      throw new Error('the answer is not a stream')
    })
  }

  /** Breaks off whatever still goes on. */
  close(): void {
    this.#closed = true
    for (const connection of this.#connections) connection.destroy()
  }

  async #open(): Promise<Duplex> {
    const connection = await this.#transport.open()
    if (this.#closed) {
      connection.destroy()
      throw new Error('the connection was closed')
    }
    this.#connections.add(connection)
    connection.once('close', () => this.#connections.delete(connection))
    return connection
  }

  // The race is needed besides the signal: docker-modem never calls back when an answer breaks off half-way.
  async #within<T>({ timeoutMs, acting, quietMs = timeoutMs }: Limits, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    const endMs = performance.now() + timeoutMs
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      const giveUp = (error: unknown) => {
        reject(error instanceof Error ? error : new Error(String(error)))
        controller.abort()
      }
      const wait = () => {
        const leftMs = endMs - performance.now()
        timer = leftMs > quietMs ? setTimeout(ask, quietMs) : setTimeout(() => giveUp(this.#silent(timeoutMs)), leftMs)
      }
      const ask = () => void this.ping(quietMs).then(() => timer !== undefined && wait(), giveUp)
      wait()
    })
    try {
      return await Promise.race([call(controller.signal), late])
    } catch (error) {
      throw toEngineError(error, { where: this.where, acting })
    } finally {
      clearTimeout(timer)
      timer = undefined
    }
  }

  #silent(timeoutMs: number): EngineError {
    return new EngineError('unreachable', `Docker at ${this.where} did not answer within ${timeoutMs / 1000} s`)
  }
}

// Everything is given, absent values too, or docker-modem would take them from DOCKER_HOST and its relatives.
function clientOver(agent: DialAgent): Docker {
  const none = { socketPath: undefined, ca: undefined, cert: undefined, key: undefined, timeout: undefined, version: undefined }
  const options: Docker.DockerOptions & { agent: DialAgent } = { ...none, protocol: 'http', host: 'localhost', port: 80, agent }
  return new Docker(options)
}

function dial(docker: Docker, options: DialOptions): Promise<unknown> {
  const modem: Modem = docker.modem
  return new Promise((resolve, reject) => {
    modem.dial({ ...options, statusCodes: { 200: true } }, (error, answer) => {
      if (error === null) resolve(answer)
      else reject(error)
    })
  })
}

/** What Docker says of a failure, without its wrapping. */
function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown }
    return typeof message === 'string' ? message : text
  } catch {
    return text
  }
}
