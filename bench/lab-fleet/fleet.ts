import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { labDown, labMissing, labUp, type Lab } from '../../lab/index.ts'
import { progress } from '../report.ts'
import { BareCalls } from './bare-calls.ts'
import type { Workload } from './contender.ts'
import { EngineLink } from './engine-link.ts'
import { Observer } from './observer.ts'
import { weighHosts } from './weight.ts'
import { LAB_PREFIX } from './round.ts'
import { Spacefort } from './spacefort.ts'
import { Swarm } from './swarm.ts'

/** Away from the folder of a lab somebody may have up. */
const LAB_PARENT = '/var/lib'

export interface Fleet {
  lab: Lab
  observer: Observer
  spacefort: Spacefort
  swarm: Swarm
  bare: BareCalls
}

/**
 * Real engines on a lab of their own with a core, a swarm and bare calls on all of them, for as long as `work` takes. Everything is
 * taken down afterwards, however it ends, Ctrl+C included.
 */
export async function withFleet(hosts: number, work: (fleet: Fleet) => Promise<void>): Promise<void> {
  const missing = labMissing()
  if (missing.length > 0) throw new Error(missing.join('\n'))
  const dir = mkdtempSync(join(LAB_PARENT, 'spacefort-bench-'))
  const spacefort = new Spacefort()
  let down: Promise<void> | undefined
  const takeDown = () => (down ??= remove(spacefort, dir))
  const interrupted = () => void takeDown().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    progress(`${hosts} lab hosts`)
    const lab = await labUp({ dir, hosts, kinds: ['docker-tls'], prefix: LAB_PREFIX, subnet: '10.99.0' })
    weighHosts(`spacefort-${LAB_PREFIX}`, hosts)
    await work(await assemble(lab, spacefort))
  } finally {
    process.removeListener('SIGINT', interrupted).removeListener('SIGTERM', interrupted)
    await takeDown()
  }
}

async function remove(spacefort: Spacefort, dir: string): Promise<void> {
  await spacefort.dispose()
  await labDown({ dir })
  rmSync(dir, { recursive: true, force: true })
}

async function assemble(lab: Lab, spacefort: Spacefort): Promise<Fleet> {
  const sockets = lab.state.hosts.map((host) => EngineLink.bySocket(host))
  const workload = await workloadOn(sockets)
  progress('a swarm and a core on them')
  const swarm = await Swarm.form(sockets)
  await swarm.define(workload)
  await spacefort.serve()
  await spacefort.addHosts(lab.inventoryPath)
  await spacefort.define(workload)
  const bare = new BareCalls(
    lab.state.hosts.map((host) => EngineLink.byTls(lab.state, host)),
    workload,
  )
  return { lab, observer: await Observer.open(sockets), spacefort, swarm, bare }
}

/** By the image's id: Swarm asks a registry for anything else, and waits for one that is not there. */
async function workloadOn(links: readonly EngineLink[]): Promise<Workload> {
  const image = await links[0]?.call<{ Id: string }>('GET', '/images/busybox:lab/json')
  return {
    image: image?.Id ?? '',
    command: ['httpd', '-f', '-p', '8080'],
    port: 8080,
    memoryBytes: 64 * 2 ** 20,
    log: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
  }
}
