import { fork, spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { POOL_FILE } from '../../tests/support/seed-pool.ts'
import type { PoolAnswer, PoolRequest } from './fake-pool.ts'

const ROOT = join(import.meta.dirname, '../..')
/** One process may open only so many sockets. */
const HOSTS_PER_PROCESS = 2500

/** A seeded data folder, and simulated hosts that answer for it on unix sockets, in processes of their own. */
export class Pool {
  readonly dataDir: string
  readonly #parts: readonly ChildProcess[]
  readonly #asked = new Map<number, (hosts: number) => void>()
  readonly #killed: ((count: number) => void)[] = []
  #next = 0
  onDeath: ((instance: string, at: number) => void) | undefined

  private constructor(dataDir: string, parts: readonly ChildProcess[]) {
    this.dataDir = dataDir
    this.#parts = parts
    for (const part of parts) part.on('message', (answer: PoolAnswer) => this.#heard(answer))
  }

  static async open(size: { hosts: number; instances: number; apps: number }): Promise<Pool> {
    const dataDir = mkdtempSync(join(tmpdir(), 'spacefort-bench-'))
    const numbers = Object.entries({ ...size, trouble: 0 }).flatMap(([name, value]) => [`--${name}`, String(value)])
    await ended(spawn(process.execPath, [join(ROOT, 'tests/support/seed-pool.ts'), '--data', dataDir, ...numbers], { stdio: 'ignore' }))
    const of = Math.ceil(size.hosts / HOSTS_PER_PROCESS)
    const parts = Array.from({ length: of }, (_, part) => openPart({ do: 'open', file: join(dataDir, POOL_FILE), part, of }))
    return new Pool(dataDir, await Promise.all(parts))
  }

  #heard(answer: PoolAnswer): void {
    if (answer.say === 'died') this.onDeath?.(answer.instance, answer.at)
    else if (answer.say === 'killed') this.#killed.shift()?.(answer.count)
    else if (answer.say === 'followers') {
      this.#asked.get(answer.id)?.(answer.hosts)
      this.#asked.delete(answer.id)
    }
  }

  /** Hosts whose events are followed now. */
  async followed(): Promise<number> {
    const counts = this.#parts.map((part) => {
      const id = this.#next++
      part.send({ do: 'followers', id } satisfies PoolRequest)
      return new Promise<number>((done) => this.#asked.set(id, done))
    })
    return sum(await Promise.all(counts))
  }

  /** Ends running containers behind the core's back. Resolves with how many when the time is over. */
  async kill(perSecond: number, seconds: number): Promise<number> {
    const counts = this.#parts.map((part) => {
      part.send({ do: 'kill', perSecond: perSecond / this.#parts.length, seconds } satisfies PoolRequest)
      return new Promise<number>((done) => this.#killed.push(done))
    })
    return sum(await Promise.all(counts))
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#parts.filter((part) => part.exitCode === null).map(leave))
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0)

async function openPart(request: PoolRequest): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'fake-pool.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ready = new Promise<void>((done, failed) => {
    child.once('message', () => done())
    child.once('exit', (code) => failed(new Error(`the simulated hosts ended with ${code}`)))
  })
  child.send(request)
  await ready
  return child
}

function leave(child: ChildProcess): Promise<void> {
  const gone = ended(child)
  child.disconnect()
  return gone
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done, failed) => child.once('exit', (code) => (code === 0 ? done() : failed(new Error(`it ended with ${code}`)))))
}
