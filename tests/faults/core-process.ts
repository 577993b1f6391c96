import { spawn, type ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient, type Client } from '../../core/contract/client.ts'

/** The sources, or the program built of them: that starts faster, which counts where it is started by the hundred. */
const PROGRAM = process.env.SPACEFORT_PROGRAM ?? join(import.meta.dirname, '..', '..', 'core', 'main.ts')
const READY_TIMEOUT_MS = 120_000
/** Cores are started by the hundred, mostly to be killed: what one has compiled need not be compiled again. */
const CACHE = join(tmpdir(), 'spacefort-faults-cache')
const KEPT_LOG_BYTES = 200_000

/** Runs the command line to its end. */
export function runProgram(args: readonly string[]): Promise<Ending> {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: CACHE },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, said }))
  })
}

export interface Ending {
  code: number | null
  signal: NodeJS.Signals | null
  said: string
}

/** A core in a process of its own, as a user runs it, which can be killed at any moment. */
export class CoreProcess {
  readonly #child: ChildProcess
  readonly #ended: Promise<Ending>
  readonly #ready: Promise<{ url: string; token: string }>
  #log = ''

  constructor(dataDir: string, env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--data', dataDir, '--port', '0', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, SPACEFORT_LOG: 'info', NODE_COMPILE_CACHE: CACHE, ...env },
    })
    this.#child = child
    child.stderr.on('data', (data: Buffer) => (this.#log = (this.#log + data.toString()).slice(-KEPT_LOG_BYTES)))
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => resolve({ code, signal, said: this.#log }))
    })
    this.#ready = new Promise((resolve, reject) => {
      let said = ''
      child.stdout.on('data', (data: Buffer) => {
        said += data.toString()
        if (said.endsWith('\n')) resolve(JSON.parse(said) as { url: string; token: string })
      })
      this.#ended.then(({ said: why }) => reject(new Error(`the core ended before it was ready: ${why.slice(-2000)}`)), reject)
      setTimeout(() => reject(new Error(`the core was not ready within ${READY_TIMEOUT_MS / 1000} s`)), READY_TIMEOUT_MS).unref()
    })
    // Whoever kills a core does not wait for it to be ready.
    this.#ready.catch(() => undefined)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get log(): string {
    return this.#log
  }

  /** Resolves once it takes requests. */
  ready(): Promise<{ url: string; token: string }> {
    return this.#ready
  }

  async client(): Promise<Client> {
    return createClient(await this.#ready)
  }

  ended(): Promise<Ending> {
    return this.#ended
  }

  /** As a crash does: without a word. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  async stop(): Promise<Ending> {
    this.#child.kill('SIGTERM')
    return this.#ended
  }
}
