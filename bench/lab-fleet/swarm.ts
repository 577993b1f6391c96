import { setTimeout as sleep } from 'node:timers/promises'
import type { HostState } from '../../lab/index.ts'
import type { Contender, Workload } from './contender.ts'
import type { EngineLink } from './engine-link.ts'

interface Versioned {
  ID: string
  Version: { Index: number }
  Spec: Record<string, unknown>
}

interface Node {
  Status: { State: string }
}

const READY_WITHIN_MS = 60_000

/** Docker Swarm on the same engines: the first is its manager, the others its workers. */
export class Swarm implements Contender {
  readonly name = 'swarm'
  readonly #links: readonly EngineLink[]
  #service = ''
  #workload: Workload | undefined

  private constructor(links: readonly EngineLink[]) {
    this.#links = links
  }

  get #manager(): EngineLink {
    const [manager] = this.#links
    if (!manager) throw new Error('a swarm needs an engine')
    return manager
  }

  static async form(links: readonly EngineLink[]): Promise<Swarm> {
    const swarm = new Swarm(links)
    const manager = swarm.#manager
    await manager.call('POST', '/swarm/init', { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: manager.host.address })
    const { JoinTokens } = await manager.call<{ JoinTokens: { Worker: string } }>('GET', '/swarm')
    for (const { host, worker } of links.slice(1).map((link) => ({ host: link.host, worker: link })))
      await worker.call('POST', '/swarm/join', joining(host, manager.host, JoinTokens.Worker))
    await swarm.settle()
    return swarm
  }

  /** A service like the workload, by what Swarm has for it: the same image, command, limit, log and init, a port of the host. */
  async define(workload: Workload): Promise<void> {
    this.#workload = workload
    const { image, command, memoryBytes, port, log } = workload
    const { ID } = await this.#manager.call<{ ID: string }>('POST', '/services/create', {
      Name: 'bench',
      TaskTemplate: {
        ContainerSpec: { Image: image, Command: command, Init: true },
        Resources: { Limits: { MemoryBytes: memoryBytes } },
        LogDriver: { Name: log.Type, Options: log.Config },
        RestartPolicy: { Condition: 'any' },
      },
      Mode: { Replicated: { Replicas: 0 } },
      EndpointSpec: { Mode: 'dnsrr', Ports: [{ Protocol: 'tcp', TargetPort: port, PublishMode: 'host' }] },
    })
    this.#service = ID
  }

  async scale(count: number): Promise<void> {
    const { Version, Spec } = await this.#manager.call<Versioned>('GET', `/services/${this.#service}`)
    const path = `/services/${this.#service}/update?version=${Version.Index}`
    await this.#manager.call('POST', path, { ...Spec, Mode: { Replicated: { Replicas: count } } })
  }

  /** The service anew: Swarm keeps the containers of tasks it has shut down for as long as their service is there. */
  async renew(): Promise<void> {
    await this.#manager.call('DELETE', `/services/${this.#service}`)
    if (this.#workload) await this.define(this.#workload)
  }

  /** How often workers report; one that misses three reports is down. */
  async reportEvery(ms: number): Promise<void> {
    const { Version, Spec } = await this.#manager.call<Versioned>('GET', '/swarm')
    await this.#manager.call('POST', `/swarm/update?version=${Version.Index}`, { ...Spec, Dispatcher: { HeartbeatPeriod: ms * 1e6 } })
  }

  /** How long Swarm waits before it replaces a task; 5 s unless told otherwise. */
  async restartAfter(ms = 5000): Promise<void> {
    const { Version, Spec } = await this.#manager.call<Versioned & { Spec: { TaskTemplate: object } }>('GET', `/services/${this.#service}`)
    const TaskTemplate = { ...Spec.TaskTemplate, RestartPolicy: { Condition: 'any', Delay: ms * 1e6 } }
    await this.#manager.call('POST', `/services/${this.#service}/update?version=${Version.Index}`, { ...Spec, TaskTemplate })
  }

  /** Resolves once every node is ready. */
  async settle(): Promise<void> {
    for (const end = Date.now() + READY_WITHIN_MS; ;) {
      const nodes = await this.#manager.call<Node[]>('GET', '/nodes')
      if (nodes.length === this.#links.length && nodes.every(({ Status }) => Status.State === 'ready')) return
      if (Date.now() > end) throw new Error('the swarm does not become ready')
      await sleep(200)
    }
  }

  async leave(): Promise<void> {
    for (const link of this.#links.toReversed()) await link.call('POST', '/swarm/leave?force=1')
  }
}

function joining(worker: HostState, manager: HostState, token: string) {
  return { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: worker.address, RemoteAddrs: [`${manager.address}:2377`], JoinToken: token }
}
