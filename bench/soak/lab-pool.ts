import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { engineSocket, heal, labDown, labUp, partition, type LabState } from '../../lab/index.ts'
import type { HostPool, OnChange, SeenContainer } from './host-pool.ts'

interface Listed {
  State: string
  Labels: Record<string, string>
}

export interface LabPoolOptions {
  prefix: string
  subnet: string
  dir: string
  onChange: OnChange
}

/** Four lab hosts with real Docker Engines: two over TLS, two through SSH. Looked at through the engines' own sockets. */
export class LabPool implements HostPool {
  readonly names: string[]
  /** Inventory as a console imports it. */
  readonly inventoryPath: string
  readonly #lab: LabState
  readonly #abort = new AbortController()

  private constructor(lab: LabState, inventoryPath: string) {
    this.#lab = lab
    this.inventoryPath = inventoryPath
    this.names = lab.hosts.map(({ name }) => name)
  }

  static async start({ onChange, ...where }: LabPoolOptions): Promise<LabPool> {
    const kinds = ['docker-tls', 'docker-tls', 'docker-ssh', 'docker-ssh'] as const
    const { state, inventoryPath } = await labUp({ ...where, kinds })
    const pool = new LabPool(state, inventoryPath)
    for (const name of pool.names) pool.#follow(name, onChange)
    return pool
  }

  #socket(name: string): string {
    const host = this.#lab.hosts.find((candidate) => candidate.name === name)
    if (!host) throw new Error(`the lab has no host ${name}`)
    return engineSocket(host)
  }

  #follow(name: string, onChange: OnChange): void {
    const filters = JSON.stringify({ type: ['container'], label: ['spacefort.instance'], event: ['start', 'die'] })
    const asked = request(
      { socketPath: this.#socket(name), path: `/events?filters=${encodeURIComponent(filters)}`, signal: this.#abort.signal },
      (answer) => {
        let rest = ''
        answer.on('error', () => undefined).setEncoding('utf8')
        answer.on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines.filter((one) => one !== '')) onChange(changeOf(line))
        })
      },
    )
    asked.on('error', () => undefined).end()
  }

  async view(): Promise<SeenContainer[]> {
    const lists = await Promise.all(
      this.names.map(async (host) => {
        const filters = encodeURIComponent(JSON.stringify({ label: ['spacefort.instance'] }))
        const listed = JSON.parse(await ask(this.#socket(host), 'GET', `/containers/json?all=1&filters=${filters}`)) as Listed[]
        return listed.map(({ State, Labels }) => ({
          host,
          instance: Labels['spacefort.instance'] ?? '',
          app: Labels['spacefort.app'] ?? '',
          running: State === 'running',
        }))
      }),
    )
    return lists.flat()
  }

  async kill({ host, instance }: SeenContainer): Promise<void> {
    await ask(this.#socket(host), 'POST', `/containers/spacefort-${instance}/kill`)
  }

  async cutOff(host: string, forMs: number): Promise<void> {
    const { dir } = this.#lab
    await partition(host, { dir })
    await new Promise((done) => setTimeout(done, forMs))
    await heal(host, { dir })
  }

  /** CPU time of everything in the lab so far, ms; undefined where the kernel does not count it. */
  cpuMs(): number | undefined {
    const group = `spacefort-${this.#lab.prefix}`
    const read = (path: string) => readFileSync(path, 'utf8')
    try {
      return Number(/usage_usec (\d+)/.exec(read(`/sys/fs/cgroup/${group}/cpu.stat`))?.[1]) / 1000
    } catch {
      try {
        return Number(read(`/sys/fs/cgroup/cpuacct/${group}/cpuacct.usage`)) / 1e6
      } catch {
        return undefined
      }
    }
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await labDown({ dir: this.#lab.dir })
  }
}

function changeOf(line: string): Parameters<OnChange>[0] {
  const event = JSON.parse(line) as { Action: 'start' | 'die'; timeNano: number; Actor: { Attributes: Record<string, string> } }
  return { instance: event.Actor.Attributes['spacefort.instance'] ?? '', change: event.Action, at: event.timeNano / 1e6 }
}

function ask(socketPath: string, method: string, path: string): Promise<string> {
  return new Promise((done, failed) => {
    const asked = request({ socketPath, method, path, agent: false, timeout: 20_000 }, (answer) => {
      text(answer).then(done, failed)
    })
    asked.on('timeout', () => asked.destroy(new Error(`${path} was not answered`)))
    asked.on('error', failed).end()
  })
}
