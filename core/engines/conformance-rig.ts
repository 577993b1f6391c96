import { createServer, type AddressInfo } from 'node:net'
import { randomText } from '../base/ids.ts'
import {
  EngineError,
  type Engine,
  type ExecSession,
  type InstanceRun,
  type LogRequest,
  type ObservedRun,
  type RawLogLine,
} from './engine.ts'

/** What one engine brings to the suite. */
export interface EngineSubject {
  /** Opens a new Engine object on the same host, as a restarted core would. The suite closes what it opened. */
  open(): Promise<Engine>
  /** What makes `sh -c …` and `busybox …` runnable there: an image for Docker, nothing where the host has both. */
  base: Partial<Pick<InstanceRun, 'image' | 'artifact'>>
  /** Whether this host can enforce a memory limit. */
  limitsMemory: boolean
  /** The connection does not tell the size of the disk; the engine then says 0. */
  diskUnknown?: true
  close(): Promise<void>
}

export const IDLE = 'while :; do sleep 0.2; done'
export const STOPPABLE = `trap 'exit 0' TERM; ${IDLE}`
export const PLAIN = { tty: false, columns: 80, rows: 24 }

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Runs `probe` until it returns something other than undefined, and fails after `timeoutMs`. */
export async function until<T>(probe: () => Promise<T | undefined> | T | undefined, timeoutMs = 15_000): Promise<T> {
  const end = Date.now() + timeoutMs
  for (;;) {
    const value = await probe()
    if (value !== undefined) return value
    if (Date.now() > end) throw new Error(`did not happen within ${timeoutMs} ms`)
    await pause(50)
  }
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** A TCP port nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Everything a command printed, and how it ended. */
export async function outcome(session: ExecSession): Promise<{ stdout: string; stderr: string; code: number }> {
  const parts = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
  for await (const { stream, data } of session.output) parts[stream].push(data)
  return { stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString(), code: await session.exitCode }
}

/** One subject under test, with an installation of its own and the few steps that most tests take. */
export class Rig {
  readonly installation = `test-${randomText(8)}`
  readonly stranger = `test-${randomText(8)}`
  readonly #opened: Engine[] = []
  #subject: EngineSubject | undefined
  #engine: Engine | undefined

  get subject(): EngineSubject {
    if (!this.#subject) throw new Error('the subject is not set up')
    return this.#subject
  }

  get engine(): Engine {
    if (!this.#engine) throw new Error('the subject is not set up')
    return this.#engine
  }

  async setUp(setup: () => Promise<EngineSubject>): Promise<void> {
    this.#subject = await setup()
    this.#engine = await this.open()
  }

  async clear(): Promise<void> {
    for (const owner of [this.installation, this.stranger])
      await Promise.all((await this.engine.list(owner)).map(({ id }) => this.engine.remove(id)))
  }

  async tearDown(): Promise<void> {
    await Promise.all(this.#opened.map((engine) => engine.close()))
    await this.#subject?.close()
  }

  async open(): Promise<Engine> {
    const engine = await this.subject.open()
    this.#opened.push(engine)
    return engine
  }

  runOf(script: string, more: Partial<InstanceRun> = {}): InstanceRun {
    return {
      installation: this.installation,
      id: `probe-${randomText(10)}`,
      app: 'probe',
      revision: 3,
      host: 'test-host',
      command: ['sh', '-c', script],
      env: {},
      ports: [],
      volumes: [],
      resources: { cpuMillis: 100, memoryBytes: 128 * 2 ** 20 },
      stopSignal: 'SIGTERM',
      ...this.subject.base,
      ...more,
    }
  }

  async start(script: string, more: Partial<InstanceRun> = {}): Promise<InstanceRun> {
    const run = this.runOf(script, more)
    await this.engine.start(run)
    return run
  }

  async find(id: string): Promise<ObservedRun | undefined> {
    return (await this.engine.list(this.installation)).find((run) => run.id === id)
  }

  ended(id: string): Promise<ObservedRun> {
    return until(async () => [await this.find(id)].find((run) => run?.state === 'exited'), 30_000)
  }

  read(id: string, request: Partial<LogRequest> = {}): Promise<RawLogLine[]> {
    return collect(this.engine.logs(id, { follow: false, tail: 100, signal: new AbortController().signal, ...request }))
  }

  printed(id: string, text: string): Promise<RawLogLine> {
    return until(async () => (await this.read(id)).find((line) => line.text.includes(text)))
  }

  /** The reason of the EngineError that `work` rejects with; anything else it ends with is told as text. */
  async reasonOf(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'no error',
      (error: unknown) => (error instanceof EngineError ? error.reason : String(error)),
    )
  }
}
