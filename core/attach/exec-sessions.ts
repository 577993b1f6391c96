import { AppError } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import { randomText } from '../base/ids.ts'
import type { Principal } from '../base/routing.ts'
import type { Instance } from '../contract/index.ts'
import { EngineError, type Engine, type ExecSession } from '../engines/index.ts'
import type { Store } from '../store/index.ts'

interface Dependencies {
  store: Store
  clock: Clock
  instance(id: string): Promise<Instance>
  engine(host: string): Engine | undefined
}

interface Open {
  session: ExecSession
  owner: string
  reading: boolean
  timer: NodeJS.Timeout | undefined
}

export type ExecOutput = { kind: 'output'; stream: 'stdout' | 'stderr'; data: string } | { kind: 'exit'; exitCode: number }

/** A session that nobody reads from is ended after this time. */
const UNREAD_MS = 60_000
const MAX_SESSIONS = 100

/**
 * Commands that people run inside instances. A session belongs to whoever opened it, and is ended when its reader leaves. What is
 * typed is not recorded; who opened what, where and when is.
 */
export class ExecSessions {
  readonly #deps: Dependencies
  readonly #open = new Map<string, Open>()

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async open(
    request: { id: string; command: string[]; tty: boolean; columns: number; rows: number },
    principal: Principal,
  ): Promise<{ session: string }> {
    const { id, ...rest } = request
    const instance = await this.#deps.instance(id)
    if (instance.status !== 'running')
      throw new AppError('CONFLICT', `"${id}" is ${instance.status}`, {
        details: { hint: 'A command can only run in an instance that is running.' },
      })
    if (this.#open.size >= MAX_SESSIONS)
      throw new AppError('CONFLICT', `${MAX_SESSIONS} commands are open already`, { details: { hint: 'Close one of them first.' } })
    const engine = this.#deps.engine(instance.host)
    if (!engine) throw unreachable(instance.host)
    const session = await this.#start(engine, id, rest).catch((error: unknown) => {
      if (error instanceof EngineError && error.reason !== 'unreachable') throw new AppError('CONFLICT', error.message, { cause: error })
      throw error instanceof EngineError ? unreachable(instance.host, error) : error
    })
    try {
      await this.#deps.store.write(async (tx) => {
        const data = { program: request.command[0] ?? '', tty: request.tty }
        tx.emit({ kind: 'exec.opened', actor: principal.actor, app: instance.app, host: instance.host, instance: id, data })
      })
    } catch (error) {
      session.close()
      throw error
    }
    const key = randomText(32)
    this.#open.set(key, { session, owner: principal.actor, reading: false, timer: setTimeout(() => this.#end(key), UNREAD_MS) })
    return { session: key }
  }

  #start(engine: Engine, id: string, request: { command: string[]; tty: boolean; columns: number; rows: number }): Promise<ExecSession> {
    return engine.exec(id, request)
  }

  /** What the command prints, then how it ended. Only one reader; when it leaves, which `left` tells, the command is ended. */
  async *output(key: string, principal: Principal, left?: AbortSignal): AsyncGenerator<ExecOutput> {
    const entry = this.#find(key, principal)
    if (entry.reading) throw new AppError('CONFLICT', 'somebody reads from this session already')
    entry.reading = true
    clearTimeout(entry.timer)
    // A command that prints nothing would keep this generator, and itself, waiting for ever.
    const end = () => this.#end(key)
    left?.addEventListener('abort', end, { once: true })
    try {
      if (left?.aborted) return
      for await (const { stream, data } of entry.session.output)
        yield { kind: 'output', stream, data: Buffer.from(data).toString('base64') }
      yield { kind: 'exit', exitCode: await entry.session.exitCode }
    } finally {
      left?.removeEventListener('abort', end)
      this.#end(key)
    }
  }

  input(
    key: string,
    input: { data?: string | undefined; end: boolean; columns?: number | undefined; rows?: number | undefined },
    principal: Principal,
  ): void {
    const { session } = this.#find(key, principal)
    if (input.columns !== undefined && input.rows !== undefined) session.resize(input.columns, input.rows)
    if (input.data !== undefined) session.write(Buffer.from(input.data, 'base64'))
    if (input.end) session.end()
  }

  close(key: string, principal: Principal): void {
    this.#find(key, principal)
    this.#end(key)
  }

  closeAll(): void {
    for (const key of [...this.#open.keys()]) this.#end(key)
  }

  #find(key: string, principal: Principal): Open {
    const entry = this.#open.get(key)
    if (entry?.owner !== principal.actor)
      throw new AppError('NOT_FOUND', 'there is no such session; it has ended', { details: { hint: 'Open a new one.' } })
    return entry
  }

  #end(key: string): void {
    const entry = this.#open.get(key)
    if (!entry) return
    this.#open.delete(key)
    clearTimeout(entry.timer)
    entry.session.close()
  }
}

function unreachable(host: string, cause?: Error): AppError {
  return new AppError('HOST_UNREACHABLE', `the host "${host}" is not connected`, {
    cause,
    details: { hint: 'Look at the host; try again when it is ready.' },
  })
}
