import type { Contender, Workload } from './contender.ts'
import type { EngineLink } from './engine-link.ts'

const FIRST_PORT = 20_000
const GRACE_SECONDS = 10

/**
 * The same containers by create and start, stop and remove, and nothing else: no decision, no record, nobody who looks. What the
 * engines take for that is the limit.
 */
export class BareCalls implements Contender {
  readonly name = 'engine-api'
  readonly #links: readonly EngineLink[]
  readonly #options: (hostPort: number) => object
  /** How many containers of one engine are worked on at a time. */
  atOnce = { up: 4, down: 4 }
  #containers: { link: EngineLink; id: string }[] = []

  constructor(links: readonly EngineLink[], workload: Workload) {
    this.#links = links
    this.#options = (hostPort) => containerOptions(workload, hostPort)
  }

  scale(count: number): Promise<void> {
    return count > 0 ? this.#up(count) : this.#down()
  }

  settle(): Promise<void> {
    return Promise.resolve()
  }

  async #up(count: number): Promise<void> {
    const perEngine = this.#links.map((link, index) => ({ link, ports: portsOf(index, { count, engines: this.#links.length }) }))
    await Promise.all(
      perEngine.map(({ link, ports }) =>
        inParallel(ports, this.atOnce.up, async (port) => {
          const { Id } = await link.call<{ Id: string }>('POST', '/containers/create', this.#options(port))
          this.#containers.push({ link, id: Id })
          await link.call('POST', `/containers/${Id}/start`)
        }),
      ),
    )
  }

  async #down(): Promise<void> {
    const byEngine = Map.groupBy(this.#containers, ({ link }) => link)
    this.#containers = []
    await Promise.all(
      [...byEngine].map(([link, containers]) =>
        inParallel(containers, this.atOnce.down, async ({ id }) => {
          await link.call('POST', `/containers/${id}/stop?t=${GRACE_SECONDS}`)
          await link.call('DELETE', `/containers/${id}?force=1&v=1`)
        }),
      ),
    )
  }
}

function portsOf(index: number, { count, engines }: { count: number; engines: number }): number[] {
  return Array.from({ length: count }, (_, item) => item)
    .filter((item) => item % engines === index)
    .map((item) => FIRST_PORT + item)
}

/** What the product asks an engine for, under labels that are not the product's, so that it takes no notice. */
function containerOptions({ image, command, port, memoryBytes, log }: Workload, hostPort: number): object {
  const labels = ['installation', 'instance', 'app', 'revision', 'ports'].map((name) => [`bench.${name}`, String(hostPort)])
  return {
    Image: image,
    Entrypoint: command,
    Env: [`PORT=${port}`],
    Labels: Object.fromEntries(labels) as object,
    ExposedPorts: { [`${port}/tcp`]: {} },
    StopSignal: 'SIGTERM',
    HostConfig: {
      PortBindings: { [`${port}/tcp`]: [{ HostIp: '0.0.0.0', HostPort: String(hostPort) }] },
      RestartPolicy: { Name: 'no' },
      Memory: memoryBytes,
      MemorySwap: memoryBytes,
      CpuShares: 10,
      LogConfig: log,
      Init: true,
    },
  }
}

async function inParallel<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
