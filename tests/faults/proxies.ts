import { createServer as createHttpServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { SeededRandom } from '../support/random.ts'

/** A way through this machine that delays what passes, each way, and can break: a bad link where the kernel cannot make one. */
export class BadLink {
  delayMs = 0
  readonly #server: Server
  readonly #pairs = new Set<[Socket, Socket]>()
  #broken = 0

  private constructor(target: { host: string; port: number }, random: SeededRandom) {
    this.#server = createServer({ noDelay: true }, (near) => {
      const far = connect({ ...target, noDelay: true })
      const pair: [Socket, Socket] = [near, far]
      this.#pairs.add(pair)
      this.#pump(near, far, random)
      this.#pump(far, near, random)
      const end = () => {
        this.#pairs.delete(pair)
        near.destroy()
        far.destroy()
      }
      for (const socket of pair) socket.on('error', end).on('close', end)
    })
  }

  static async open(target: { host: string; port: number }, random: SeededRandom): Promise<BadLink> {
    const link = new BadLink(target, random)
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve))
    return link
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Connections broken so far. */
  get broken(): number {
    return this.#broken
  }

  /** Breaks every connection; new ones are taken. */
  breakAll(): void {
    for (const [near] of this.#pairs) {
      this.#broken += 1
      near.resetAndDestroy()
    }
  }

  close(): void {
    this.#server.close()
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy()
  }

  /** Each piece late by the delay and up to half as much again, and never before the one ahead of it. */
  #pump(from: Socket, to: Socket, random: SeededRandom): void {
    let ahead: Promise<unknown> = Promise.resolve()
    from.on('data', (data) => {
      const late = sleep(this.delayMs * (1 + random.next() / 2))
      ahead = Promise.all([ahead, late]).then(() => to.destroyed || to.write(data))
    })
  }
}

/**
 * pass: as if it were not there. fail: 500 to everything. fail-changes: 500 to everything but GET. fail-late: every change is made
 * and answered with 500 all the same. start-late: the same, of starts only.
 */
export type EngineMode = 'pass' | 'fail' | 'fail-changes' | 'fail-late' | 'start-late'

/** Stands before an engine, at a socket of its own, and answers 500 as it is told to. */
export class FailingEngine {
  mode: EngineMode = 'pass'
  failures = 0
  readonly path: string
  readonly #server: Server

  private constructor(path: string, engine: string) {
    this.path = path
    const server = createHttpServer((from, to) => {
      if (this.#fails(from)) this.#fail(to)
      else this.#passOn(engine, { from, to })
    })
    server.keepAliveTimeout = 0
    this.#server = server
  }

  static async open(path: string, engine: string): Promise<FailingEngine> {
    const proxy = new FailingEngine(path, engine)
    await new Promise<void>((resolve) => proxy.#server.listen(path, resolve))
    return proxy
  }

  close(): void {
    this.#server.close()
  }

  #fails({ method }: IncomingMessage): boolean {
    return this.mode === 'fail' || (this.mode === 'fail-changes' && changes(method))
  }

  #passOn(engine: string, { from, to }: { from: IncomingMessage; to: ServerResponse }): void {
    const late =
      (this.mode === 'fail-late' && changes(from.method)) || (this.mode === 'start-late' && from.url?.endsWith('/start') === true)
    const call = request({ socketPath: engine, path: from.url, method: from.method, headers: from.headers, agent: false }, (answer) => {
      if (late) {
        answer.resume()
        answer.once('end', () => this.#fail(to))
        return
      }
      to.writeHead(answer.statusCode ?? 502, answer.headers)
      to.flushHeaders()
      answer.pipe(to)
    })
    call.on('error', () => to.destroy())
    to.on('close', () => call.destroy())
    from.pipe(call)
  }

  #fail(to: ServerResponse): void {
    this.failures += 1
    to.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message: 'server error: out of order' }))
  }
}

function changes(method: string | undefined): boolean {
  return method !== 'GET' && method !== 'HEAD'
}
