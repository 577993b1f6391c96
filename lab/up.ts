import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { labDown } from './down.ts'
import { buildImages, loadImages } from './images.ts'
import { inventory, inventoryYaml } from './inventory.ts'
import { createKeys, readCredentials } from './keys.ts'
import { bootHost, waitForHost } from './machine.ts'
import { assertNetworkFree, buildNetwork } from './network.ts'
import { planLab, type Plan, type PlanRequest } from './plan.ts'
import { labMissing } from './run.ts'
import { currentBootId, hostFolder, labDir, loadState, newState, saveHost, saveState, type LabState } from './state.ts'

export interface UpOptions extends PlanRequest {
  /** Folder of the lab. @default SPACEFORT_LAB_DIR, else /var/lib/spacefort-lab */
  dir?: string | undefined
  /** Which images the engines get. @default 'all' */
  images?: 'all' | 'busybox' | undefined
  /** Size of each host's disk, in memory and lost when the host is killed. @default the machine's own disk */
  diskMegabytes?: number | undefined
  /** Told what is being done, one short sentence at a time. */
  onStep?: ((step: string) => void) | undefined
}

export interface Lab {
  state: LabState
  /** Path of hosts.yaml, the inventory that a console imports. It holds keys, and only its owner may read it. */
  inventoryPath: string
  /** False when the lab was up already and nothing was done. */
  started: boolean
}

/**
 * Starts a lab and resolves once every host answers and has its images. A lab that is up already is left as it is; what a
 * restart of the machine left of one is replaced. When it fails, everything it began is taken down again.
 */
export async function labUp(options: UpOptions = {}): Promise<Lab> {
  const dir = labDir(options.dir)
  const plan = planLab(options)
  const missing = labMissing()
  if (missing.length > 0) throw new Error(missing.join('\n'))
  const before = await loadState(dir)
  const inventoryPath = join(dir, 'hosts.yaml')
  if (before && isUp(before)) return { state: before, inventoryPath, started: false }
  if (before) await labDown({ dir })
  await assertNetworkFree(plan)
  const state = newState(plan, { dir, createdAt: new Date().toISOString(), bootId: currentBootId() })
  // Written before anything exists, so that "down" can undo a start that was interrupted anywhere.
  await saveState(state)
  try {
    await build(state, plan, options)
  } catch (error) {
    await labDown({ dir })
    throw error
  }
  return { state, inventoryPath, started: true }
}

/** An inventory is the last thing a start writes, and a bridge does not outlive a restart of the machine. */
function isUp(state: LabState): boolean {
  return state.bootId === currentBootId() && existsSync(`/sys/class/net/${state.bridge}`) && existsSync(join(state.dir, 'hosts.yaml'))
}

async function build(state: LabState, plan: Plan, options: UpOptions): Promise<void> {
  const { dir } = state
  const { onStep = () => undefined, diskMegabytes } = options
  onStep('making keys and the network')
  for (const host of plan.hosts) {
    await mkdir(hostFolder(dir, host.name), { recursive: true, mode: 0o700 })
    if (diskMegabytes !== undefined) await writeFile(join(hostFolder(dir, host.name), 'disk-megabytes'), `${Math.floor(diskMegabytes)}\n`)
  }
  await createKeys(dir, plan.hosts)
  await buildNetwork(plan)

  onStep(`starting ${plan.hosts.length} hosts`)
  const images = state.hosts.some((host) => host.kind !== 'ssh') ? buildImages(dir, options.images) : undefined
  // Awaited below; a host that does not start must not leave this one's failure unheard.
  images?.catch(() => undefined)
  for (const host of state.hosts) {
    await bootHost(state, host)
    await saveHost(state, host)
  }
  await Promise.all(state.hosts.map((host) => waitForHost(state, host)))

  if (images) {
    onStep('giving the engines their images')
    const archive = await images
    await Promise.all(state.hosts.filter((host) => host.kind !== 'ssh').map((host) => loadImages(host, archive)))
    await rm(archive)
  }
  const hosts = inventory(plan, await readCredentials(dir, plan.hosts))
  await writeFile(join(dir, 'hosts.yaml'), inventoryYaml(hosts), { mode: 0o600 })
}
