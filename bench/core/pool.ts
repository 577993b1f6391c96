import { fork, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { POOL_FILE } from '../../tests/support/seed-pool.ts'
import type { PoolAnswer, PoolRequest } from './fake-pool.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A seeded data folder, and simulated hosts that answer for it on unix sockets, in a process of their own. */
export class Pool {
  readonly dataDir: string
  readonly pid: number
  readonly #child: ChildProcess
  readonly #asked = new Map<number, (hosts: number) => void>()
  #next = 0
  onDeath: ((instance: string, at: number) => void) | undefined
  #killed: ((count: number) => void) | undefined

  private constructor(dataDir: string, child: ChildProcess) {
    this.dataDir = dataDir
    this.#child = child
    this.pid = child.pid ?? 0
    child.on('message', (answer: PoolAnswer) => this.#heard(answer))
  }

  static async open(size: { hosts: number; instances: number; apps: number }): Promise<Pool> {
    const dataDir = mkdtempSync(join(tmpdir(), 'spacefort-bench-'))
    const numbers = Object.entries({ ...size, trouble: 0 }).flatMap(([name, value]) => [`--${name}`, String(value)])
    await ended(spawn(process.execPath, [join(ROOT, 'tests/support/seed-pool.ts'), '--data', dataDir, ...numbers], { stdio: 'ignore' }))
    const child = fork(join(import.meta.dirname, 'fake-pool.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const ready = new Promise<void>((done, failed) => {
      child.once('message', () => done())
      child.once('exit', (code) => failed(new Error(`the simulated hosts ended with ${code}`)))
    })
    child.send({ do: 'open', file: join(dataDir, POOL_FILE) } satisfies PoolRequest)
    await ready
    return new Pool(dataDir, child)
  }

  #heard(answer: PoolAnswer): void {
    if (answer.say === 'died') this.onDeath?.(answer.instance, answer.at)
    else if (answer.say === 'killed') this.#killed?.(answer.count)
    else if (answer.say === 'followers') {
      this.#asked.get(answer.id)?.(answer.hosts)
      this.#asked.delete(answer.id)
    }
  }

  #ask(request: PoolRequest): void {
    this.#child.send(request)
  }

  /** Hosts whose events are followed now. */
  followed(): Promise<number> {
    const id = this.#next++
    return new Promise((done) => {
      this.#asked.set(id, done)
      this.#ask({ do: 'followers', id })
    })
  }

  /** Ends running containers behind the core's back. Resolves with how many when the time is over. */
  kill(perSecond: number, seconds: number): Promise<number> {
    return new Promise((done) => {
      this.#killed = done
      this.#ask({ do: 'kill', perSecond, seconds })
    })
  }

  async dispose(): Promise<void> {
    if (this.#child.exitCode === null) {
      const gone = ended(this.#child)
      this.#child.disconnect()
      await gone
    }
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done, failed) => child.once('exit', (code) => (code === 0 ? done() : failed(new Error(`it ended with ${code}`)))))
}
