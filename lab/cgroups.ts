import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { waitUntil } from './run.ts'

export interface Hierarchy {
  mount: string
  /** 2 is the unified hierarchy of newer systems. */
  version: 1 | 2
  controllers: string[]
}

const PLAIN_OPTIONS = new Set(['rw', 'ro', 'nosuid', 'nodev', 'noexec', 'relatime', 'xattr', 'nsdelegate', 'memory_recursiveprot'])

/** The control group hierarchies in the text of /proc/mounts. Pure. */
export function parseHierarchies(mounts: string): Hierarchy[] {
  const found = new Map<string, Hierarchy>()
  for (const line of mounts.split('\n')) {
    const [, mount, type, options = ''] = line.split(' ')
    if (!mount || (type !== 'cgroup' && type !== 'cgroup2')) continue
    const controllers = options.split(',').filter((option) => !PLAIN_OPTIONS.has(option) && !option.startsWith('release_agent='))
    found.set(mount, { mount, version: type === 'cgroup' ? 1 : 2, controllers })
  }
  return [...found.values()]
}

async function hierarchies(): Promise<Hierarchy[]> {
  return parseHierarchies(await readFile('/proc/mounts', 'utf8'))
}

/** Makes the groups a host lives in, one in each hierarchy, and resolves to their folders. */
export async function createGroups(group: string): Promise<string[]> {
  const folders: string[] = []
  for (const { mount, version, controllers } of await hierarchies()) {
    let folder = mount
    for (const part of group.split('/')) {
      const parent = folder
      folder = join(folder, part)
      await mkdir(folder, { recursive: true })
      // A new cpuset is empty, and nothing can be put into it before it has CPUs and memory nodes.
      if (controllers.includes('cpuset')) await inherit(parent, folder, ['cpuset.cpus', 'cpuset.mems'])
      if (version === 2) await delegate(parent)
    }
    folders.push(folder)
  }
  return folders
}

async function inherit(parent: string, folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) await writeFile(join(folder, file), await readFile(join(parent, file)))
}

async function delegate(folder: string): Promise<void> {
  const controllers = (await readFile(join(folder, 'cgroup.controllers'), 'utf8')).trim()
  if (controllers) await writeFile(join(folder, 'cgroup.subtree_control'), controllers.replace(/(^| )/g, '$1+'))
}

/** Kills what is in a host's groups and in those below; everything there was started by the lab. */
export async function killGroup(group: string): Promise<void> {
  const folders = await foldersOf(group)
  const living = async () => new Set((await Promise.all(folders.map(processesIn))).flat())
  const victims = await living()
  if (victims.size === 0) return
  for (const pid of victims) signal(pid)
  await waitUntil(
    async () => (await living()).size === 0,
    10_000,
    () => `processes of ${group} do not end: ${[...victims].join(' ')}`,
  )
}

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Removes the groups, children first. They must be empty. */
export async function removeGroups(group: string): Promise<void> {
  for (const folder of (await foldersOf(group)).reverse()) await rmdir(folder)
}

/** The file that makes every process of a host stand still, with the words that stop and release them. */
export async function freezerOf(group: string): Promise<{ file: string; frozen: string; thawed: string } | undefined> {
  for (const { mount, version, controllers } of await hierarchies()) {
    if (controllers.includes('freezer')) return { file: join(mount, group, 'freezer.state'), frozen: 'FROZEN', thawed: 'THAWED' }
    if (version === 2 && existsSync(join(mount, group, 'cgroup.freeze')))
      return { file: join(mount, group, 'cgroup.freeze'), frozen: '1', thawed: '0' }
  }
  return undefined
}

async function foldersOf(group: string): Promise<string[]> {
  const roots = (await hierarchies()).map(({ mount }) => join(mount, group)).filter((folder) => existsSync(folder))
  const below = await Promise.all(
    roots.map(async (root) => {
      const entries = await readdir(root, { recursive: true, withFileTypes: true })
      return entries.filter((entry) => entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name))
    }),
  )
  return [...roots, ...below.flat()].sort()
}

async function processesIn(folder: string): Promise<number[]> {
  try {
    return (await readFile(join(folder, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean).map(Number)
  } catch {
    // The group went while we were looking, and its processes with it.
    return []
  }
}
