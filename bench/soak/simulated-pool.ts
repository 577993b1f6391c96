import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { HostInput } from '../../core/contract/index.ts'
import { createCertificates } from '../../tests/engines/certificates.ts'
import type { HostPool, OnChange, SeenContainer } from './host-pool.ts'
import type { Answer, Request, SimulatedHostsInput } from './simulated-hosts.ts'

const SITES = ['east', 'north', 'south', 'west']
const PER_RACK = 20

/** Hosts without anything behind them that speak the Docker API over TCP with TLS, in a process of their own. */
export class SimulatedPool implements HostPool {
  readonly names: string[]
  /** As a console imports them. */
  readonly inventory: Record<string, unknown>[]
  readonly pid: number
  readonly #child: ChildProcess
  readonly #views = new Map<number, (containers: SeenContainer[]) => void>()
  #nextView = 0

  private constructor(child: ChildProcess, inventory: Record<string, unknown>[]) {
    this.#child = child
    this.pid = child.pid ?? 0
    this.inventory = inventory
    this.names = inventory.map(({ name }) => name as string)
  }

  static async start(count: number, { dir, onChange }: { dir: string; onChange: OnChange }): Promise<SimulatedPool> {
    const { ca, cert, key } = createCertificates(dir, ['127.0.0.1'])
    const read = (name: string) => readFileSync(join(dir, name), 'utf8')
    const child = fork(join(import.meta.dirname, 'simulated-hosts.ts'), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.send({ count, tls: { ca, cert: read('server.pem'), key: read('server-key.pem') } } satisfies SimulatedHostsInput)
    const hosts = await new Promise<{ name: string; port: number }[]>((done, failed) => {
      child.once('exit', (code) => failed(new Error(`the simulated hosts ended with ${code}`)))
      child.once('message', (answer: Answer) => {
        if (answer.say === 'ready') done(answer.hosts)
      })
    })
    const inventory = hosts.map(({ name, port }, index) => ({
      name,
      connection: { kind: 'docker-tls' as const, address: '127.0.0.1', port, ca, cert, key } satisfies HostInput['connection'],
      labels: { pool: 'simulated' },
      centre: SITES[index % SITES.length],
      room: 'room-1',
      rack: `rack-${Math.floor(index / SITES.length / PER_RACK) + 1}`,
    }))
    const pool = new SimulatedPool(child, inventory)
    child.on('message', (answer: Answer) => pool.#heard(answer, onChange))
    return pool
  }

  #heard(answer: Answer, onChange: OnChange): void {
    if (answer.say === 'change') onChange(answer.change)
    if (answer.say !== 'view') return
    this.#views.get(answer.id)?.(answer.containers)
    this.#views.delete(answer.id)
  }

  #ask(request: Request): void {
    this.#child.send(request)
  }

  view(): Promise<SeenContainer[]> {
    const id = this.#nextView++
    return new Promise((done) => {
      this.#views.set(id, done)
      this.#ask({ do: 'view', id })
    })
  }

  kill({ host, instance }: SeenContainer): Promise<void> {
    this.#ask({ do: 'kill', host, instance })
    return Promise.resolve()
  }

  async cutOff(host: string, forMs: number): Promise<void> {
    this.#ask({ do: 'cut', host })
    await new Promise((done) => setTimeout(done, forMs))
    this.#ask({ do: 'mend', host })
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return
    const ended = new Promise((done) => this.#child.once('exit', done))
    this.#child.disconnect()
    await ended
  }
}
