import { join } from 'node:path'
import { type BoundPort, type HostStatus, type InstanceStatus } from '../../core/contract/index.ts'
import { seededRandom, type SeededRandom } from './random.ts'

export interface PoolSize {
  hosts: number
  instances: number
  apps: number
  /** Share of the hosts that have no centre, room and rack. */
  unplacedShare?: number
  /** Share of what is out of order: hosts that do not answer, instances that fail or start. 0 = all is well. */
  troubleShare?: number
  seed?: number
  /** How long ago all of it was made; just now unless said. */
  ageMs?: number
}

export interface PlannedHost {
  name: string
  socket: string
  centre: string | null
  room: string | null
  rack: string | null
  domain: 'business' | 'network' | 'management'
  labels: Record<string, string>
  cpuMillis: number
  memoryBytes: number
  diskBytes: number
  status: HostStatus
  scheduling: 'open' | 'cordoned' | 'draining' | 'drained'
}

export interface PlannedInstance {
  id: string
  app: string
  host: string
  status: InstanceStatus
  health: 'unknown' | 'healthy' | 'unhealthy'
  ports: BoundPort[]
  cpuMillis: number
  memoryBytes: number
}

export interface PlannedApp {
  name: string
  cpuMillis: number
  memoryBytes: number
  instances: number
}

export interface PoolPlan {
  hosts: PlannedHost[]
  apps: PlannedApp[]
  instances: PlannedInstance[]
}

const GIB = 2 ** 30
const CENTRES = ['east', 'north', 'south', 'west']
const ROOMS_PER_CENTRE = 4
const HOSTS_PER_RACK = 20
const APP_WORDS = ['shop', 'orders', 'stock', 'billing', 'search', 'media', 'mail', 'ledger', 'queue', 'report'] as const
const SIZES = [
  { cpuMillis: 16_000, memoryBytes: 64 * GIB },
  { cpuMillis: 32_000, memoryBytes: 128 * GIB },
  { cpuMillis: 64_000, memoryBytes: 256 * GIB },
] as const

/** What a pool of this size looks like: the same plan for the same size and seed. Sockets are below `socketDir`. */
export function planPool(size: PoolSize, socketDir: string): PoolPlan {
  const random = seededRandom(size.seed ?? 1)
  const hosts = Array.from({ length: size.hosts }, (_, index) => planHost(index, { size, random, socketDir }))
  const apps = planApps(size, random)
  return { hosts, apps, instances: planInstances({ hosts, apps, size, random }) }
}

function planHost(index: number, { size, random, socketDir }: { size: PoolSize; random: SeededRandom; socketDir: string }): PlannedHost {
  const name = `host-${String(index + 1).padStart(4, '0')}`
  const rack = Math.floor(index / HOSTS_PER_RACK)
  const centre = CENTRES[rack % CENTRES.length] ?? 'east'
  const room = `room ${(Math.floor(rack / CENTRES.length) % ROOMS_PER_CENTRE) + 1}`
  const row = Math.floor(rack / CENTRES.length / ROOMS_PER_CENTRE) + 1
  const placed = !random.chance(size.unplacedShare ?? 0.02)
  const trouble = size.troubleShare ?? 0.02
  const reached = !random.chance(trouble)
  const status: HostStatus = reached ? 'ready' : random.chance(0.15) ? 'blocked' : 'unreachable'
  const closed = random.chance(trouble * 1.5)
  return {
    name,
    socket: join(socketDir, `${name}.sock`),
    centre: placed ? centre : null,
    room: placed ? room : null,
    rack: placed ? `${room.slice(-1)}${String.fromCharCode(65 + ((row - 1) % 26))}${String(row).padStart(2, '0')}` : null,
    domain: random.pick(['business', 'business', 'business', 'network', 'management']),
    labels: { disk: random.pick(['ssd', 'nvme', 'hdd']), generation: random.pick(['g3', 'g4', 'g5']) },
    ...random.pick(SIZES),
    diskBytes: 960 * GIB,
    status,
    scheduling: closed ? random.pick(['cordoned', 'draining', 'drained']) : 'open',
  }
}

function planApps(size: PoolSize, random: SeededRandom): PlannedApp[] {
  return Array.from({ length: size.apps }, (_, index) => {
    const word = APP_WORDS[index % APP_WORDS.length] ?? 'app'
    const round = Math.floor(index / APP_WORDS.length)
    return {
      name: round === 0 ? word : `${word}-${round + 1}`,
      cpuMillis: random.pick([100, 250, 500, 1000, 2000]),
      memoryBytes: random.pick([0.25, 0.5, 1, 2, 4]) * GIB,
      instances: 0,
    }
  })
}

function planInstances({
  hosts,
  apps,
  size,
  random,
}: {
  hosts: PlannedHost[]
  apps: PlannedApp[]
  size: PoolSize
  random: SeededRandom
}): PlannedInstance[] {
  const takers = hosts.filter(({ scheduling }) => scheduling !== 'drained')
  const left = new Map(takers.map((host) => [host, { cpuMillis: host.cpuMillis, memoryBytes: host.memoryBytes }]))
  const instances: PlannedInstance[] = []
  // Squared, so that some hosts are nearly full and some nearly empty, as in a pool that has grown.
  const someHost = () => takers[Math.floor(random.next() ** 1.6 * takers.length)]
  for (let index = 0; index < size.instances; index++) {
    const app = apps[Math.floor(random.next() ** 1.5 * apps.length)]
    if (!app) break
    const host = [someHost(), someHost(), takers[random.below(takers.length)], takers[random.below(takers.length)]].find((candidate) => {
      const room = candidate && left.get(candidate)
      return room && room.cpuMillis >= app.cpuMillis && room.memoryBytes >= app.memoryBytes
    })
    const room = host && left.get(host)
    if (!host || !room) continue
    room.cpuMillis -= app.cpuMillis
    room.memoryBytes -= app.memoryBytes
    app.instances += 1
    instances.push(planInstance({ app, host, index }, size, random))
  }
  return instances
}

function planInstance(at: { app: PlannedApp; host: PlannedHost; index: number }, size: PoolSize, random: SeededRandom): PlannedInstance {
  const { app, host, index } = at
  const trouble = random.chance((size.troubleShare ?? 0.02) / 2)
  const status: InstanceStatus = host.status !== 'ready' ? 'unreachable' : trouble && random.chance(0.5) ? 'starting' : 'running'
  return {
    id: `${app.name}-${String(index).padStart(10, '0')}`,
    app: app.name,
    host: host.name,
    status,
    health: trouble && status === 'running' ? 'unhealthy' : 'unknown',
    ports: [],
    cpuMillis: app.cpuMillis,
    memoryBytes: app.memoryBytes,
  }
}
