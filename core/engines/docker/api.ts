import Docker from 'dockerode'
import { Readable, type Duplex } from 'node:stream'
import { EngineError } from '../engine.ts'
import { DialAgent } from './agent.ts'
import { toEngineError } from './errors.ts'
import type { DockerTransport } from './transport.ts'

const IDLE_CONNECTIONS = 8

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

/** The Docker API with a time limit on every call, so that an engine that hangs becomes an `EngineError`. */
export class DockerApi {
  readonly where: string
  readonly #transport: DockerTransport
  readonly #quick: Docker
  readonly #long: Docker
  readonly #connections = new Set<Duplex>()
  #closed = false

  constructor(transport: DockerTransport) {
    this.where = transport.where
    this.#transport = transport
    const open = () => this.#open()
    this.#quick = clientOver(new DialAgent(open, IDLE_CONNECTIONS))
    this.#long = clientOver(new DialAgent(open, 0))
  }

  /** A short call over a connection that is kept and used again. */
  query<T>(timeoutMs: number, call: Call<T>): Promise<T> {
    return this.#within({ timeoutMs, acting: false }, (signal) => call(this.#quick, signal))
  }

  /** A call that changes something, or whose answer is a stream, over a connection of its own. */
  act<T>(timeoutMs: number, call: Call<T>): Promise<T> {
    return this.#within({ timeoutMs, acting: true }, (signal) => call(this.#long, signal))
  }

  /** A short GET that dockerode has no typed, cancellable method for. */
  get(timeoutMs: number, path: string): Promise<unknown> {
    return this.query(timeoutMs, (docker, abortSignal) => dial(docker, { path, method: 'GET', abortSignal }))
  }

  /** A call whose answer is a stream; dockerode would collect some of them in memory. */
  stream(timeoutMs: number, request: Pick<DialOptions, 'method' | 'path' | 'options'>): Promise<Readable> {
    return this.act(timeoutMs, async (docker, abortSignal) => {
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
  async #within<T>(options: { timeoutMs: number; acting: boolean }, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new EngineError('unreachable', `Docker at ${this.where} did not answer within ${options.timeoutMs / 1000} s`))
        controller.abort()
      }, options.timeoutMs)
    })
    try {
      return await Promise.race([call(controller.signal), late])
    } catch (error) {
      throw toEngineError(error, { where: this.where, acting: options.acting })
    } finally {
      clearTimeout(timer)
    }
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
