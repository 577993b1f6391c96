// The simulated hosts, in a process of their own, so that what they take is not counted as the core's. Talks over IPC.
import { FakeDockerHost } from '../../tests/support/fake-docker.ts'
import type { ContainerChange, SeenContainer } from './host-pool.ts'

export interface SimulatedHostsInput {
  count: number
  tls: { ca: string; cert: string; key: string }
}

export type Request =
  { do: 'view'; id: number } | { do: 'kill'; host: string; instance: string } | { do: 'cut'; host: string } | { do: 'mend'; host: string }

export type Answer =
  | { say: 'ready'; hosts: { name: string; port: number }[] }
  | { say: 'view'; id: number; containers: SeenContainer[] }
  | { say: 'change'; change: ContainerChange }

const hosts = new Map<string, FakeDockerHost>()
const say = (answer: Answer) => process.send?.(answer)
const GIB = 2 ** 30

async function open({ count, tls }: SimulatedHostsInput): Promise<void> {
  for (let index = 1; index <= count; index++) {
    const name = `sim-${String(index).padStart(4, '0')}`
    const host = new FakeDockerHost({ name, socket: tls, cpuMillis: 8000, memoryBytes: 32 * GIB })
    host.containers.changed = ({ labels }, action) => {
      const instance = labels['spacefort.instance']
      if (instance !== undefined && action !== 'destroy') say({ say: 'change', change: { instance, change: action, at: Date.now() } })
    }
    await host.listen()
    hosts.set(name, host)
  }
  say({ say: 'ready', hosts: [...hosts.values()].map(({ name, port }) => ({ name, port })) })
}

function view(): SeenContainer[] {
  return [...hosts.values()].flatMap((host) =>
    host.containers.all().map(({ labels, state }) => ({
      host: host.name,
      instance: labels['spacefort.instance'] ?? '',
      app: labels['spacefort.app'] ?? '',
      running: state === 'running',
    })),
  )
}

process.once('message', (input) => {
  process.on('message', (request) => {
    obey(request as Request)
  })
  void open(input as SimulatedHostsInput)
})
// The parent's end is the only reason to end: Ctrl-C reaches the whole group, but the core is to let go of its hosts first.
process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)

function obey(request: Request): void {
  if (request.do === 'view') {
    say({ say: 'view', id: request.id, containers: view() })
    return
  }
  const host = hosts.get(request.host)
  if (request.do === 'cut') host?.cutOff()
  else if (request.do === 'mend') void host?.listen()
  else {
    const container = host?.containers.find(`spacefort-${request.instance}`)
    if (container) host?.containers.end(container, 137)
  }
}
