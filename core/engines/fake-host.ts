import { PassThrough, type Duplex } from 'node:stream'
import type { EngineKind } from '../contract/index.ts'
import { EngineError, type Engine, type EngineInfo, type InstanceRun, type ObservedRun, type RunStats } from './engine.ts'

/** A host in memory, for tests of what stands above engines. It can be cut off, made to fail, and looked into. */
export class FakeHost {
  readonly kind: EngineKind
  readonly runs = new Map<string, ObservedRun & { run: InstanceRun }>()
  /** How often an instance was really started; asking for one that is there does not count. */
  starts = 0
  /** While true nothing answers; what runs goes on running. */
  down = false
  /** Set to make starts fail with this message. */
  refusal: string | null = null
  /** Set to make starts succeed and be reported as refused all the same. */
  lateRefusal: string | null = null
  /** How long a list takes after it was read. */
  listMs = 0
  /** How long a stop takes. */
  stopMs = 0
  /** How long a removal takes after the instance is gone. */
  removeMs = 0
  /** Set to make new connections fail because of this SSH host key. */
  offeredKey: string | null = null
  /** Ports that do not answer. */
  readonly deafPorts = new Set<number>()
  #changed: (() => void)[] = []

  constructor(kind: EngineKind = 'docker') {
    this.kind = kind
  }

  get running(): string[] {
    return [...this.runs.values()].filter(({ state }) => state === 'running').map(({ id }) => id)
  }

  /** Ends an instance as a crash would. */
  crash(id: string, exitCode = 1): void {
    const found = this.runs.get(id)
    if (found) Object.assign(found, { state: 'exited', exitCode, endedAt: Date.now(), message: `exit code ${exitCode}` })
    this.#tell()
  }

  #tell(): void {
    for (const wake of this.#changed.splice(0)) wake()
  }

  #check(): void {
    if (this.down) throw new EngineError('unreachable', 'no answer')
  }

  /** A new connection to this host. */
  connect(): Engine {
    const check = () => this.#check()
    return {
      kind: this.kind,
      ping: async () => check(),
      info: async (): Promise<EngineInfo> => {
        check()
        return { version: 'fake', os: 'memory', capacity: { cpuMillis: 8000, memoryBytes: 16 * 2 ** 30, diskBytes: 0 } }
      },
      list: async (installation) => {
        check()
        const seen = [...this.runs.values()].filter(({ run }) => run.installation === installation)
        const listed = seen.map(({ run: _, ...rest }) => ({ ...rest }))
        if (this.listMs > 0) await new Promise((resolve) => setTimeout(resolve, this.listMs))
        check()
        return listed
      },
      start: async (run) => {
        check()
        if (this.refusal !== null) throw new EngineError('refused', this.refusal)
        if (this.runs.has(run.id)) return
        this.starts++
        const { id, app, revision, ports } = run
        this.runs.set(id, {
          id,
          app,
          revision,
          ports,
          run,
          state: 'running',
          startedAt: Date.now(),
          endedAt: null,
          exitCode: null,
          message: '',
        })
        if (this.lateRefusal !== null) throw new EngineError('refused', this.lateRefusal)
        this.#tell()
      },
      stop: async (id) => {
        check()
        if (this.stopMs > 0) await new Promise((resolve) => setTimeout(resolve, this.stopMs))
        const found = this.runs.get(id)
        if (found) Object.assign(found, { state: 'exited', exitCode: 0, endedAt: Date.now() })
        this.#tell()
      },
      remove: async (id) => {
        check()
        this.runs.delete(id)
        this.#tell()
        if (this.removeMs > 0) await new Promise((resolve) => setTimeout(resolve, this.removeMs))
      },
      stats: async (ids): Promise<RunStats[]> => {
        check()
        const at = Date.now()
        return ids
          .filter((id) => this.runs.has(id))
          .map((id) => ({ id, at, cpuMs: at, memoryBytes: 1, networkInBytes: null, networkOutBytes: null }))
      },
      logs: async function* () {
        yield { stream: 'stdout', at: Date.now(), text: 'a line' }
      },
      exec: () => Promise.reject(new EngineError('refused', 'no commands here')),
      check: async () => 0,
      changes: (signal) => this.#changes(signal),
      dial: async (port): Promise<Duplex> => {
        check()
        if (this.deafPorts.has(port)) throw new EngineError('refused', 'connection refused')
        return new PassThrough()
      },
      close: async () => undefined,
    }
  }

  async *#changes(signal: AbortSignal): AsyncGenerator<void> {
    while (!signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#changed.push(resolve)
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      yield
    }
  }
}
