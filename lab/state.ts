import { existsSync, readFileSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Slowness } from './network.ts'
import type { Plan, PlannedHost } from './plan.ts'

export const DEFAULT_DIR = '/var/lib/spacefort-lab'

/** A process that can be told from a later one with the same number. */
export interface ProcessId {
  pid: number
  /** Clock ticks between the machine's start and the process's. */
  startTime: string
}

/** What changes about a host while the lab is up. */
interface HostRun {
  /** The processes that hold the host's namespaces; null while the host is lost. */
  boot: { outer: ProcessId; init: ProcessId } | null
  partitioned: boolean
  slow: (Slowness & { by: 'netem' | 'freezer'; pulse: ProcessId | null }) | null
}

export interface HostState extends PlannedHost, HostRun {}

interface LabFacts {
  dir: string
  createdAt: string
  /** Numbers of processes say nothing after the machine was restarted. */
  bootId: string
}

export interface LabState extends Omit<Plan, 'hosts'>, LabFacts {
  hosts: HostState[]
}

/** Folder for commands that name none: SPACEFORT_LAB_DIR, else one for the whole machine. */
export function labDir(dir?: string): string {
  return resolve(dir ?? process.env.SPACEFORT_LAB_DIR ?? DEFAULT_DIR)
}

/** Folder of one host, which the host itself sees as /run/lab. */
export function hostFolder(dir: string, name: string): string {
  return join(dir, 'hosts', name)
}

export function newState(plan: Plan, facts: LabFacts): LabState {
  return { ...plan, ...facts, hosts: plan.hosts.map((host) => ({ ...host, boot: null, partitioned: false, slow: null })) }
}

export async function loadState(dir: string): Promise<LabState | undefined> {
  const saved = await readJson<Plan & LabFacts>(join(dir, 'state.json'))
  if (!saved) return undefined
  const state = newState(saved, saved)
  for (const host of state.hosts) Object.assign(host, await readJson<HostRun>(join(hostFolder(dir, host.name), 'state.json')))
  return state
}

/** The lab at `dir`; throws with the command that starts one when there is none. */
export async function requireState(dir: string): Promise<LabState> {
  const state = await loadState(dir)
  if (!state) throw new Error(`no lab is up at ${dir}; start one with "npm run lab -- up --hosts 4"`)
  return state
}

export async function saveState(state: LabState): Promise<void> {
  const hosts = state.hosts.map(({ name, kind, address, centre, room, rack }): PlannedHost => ({ name, kind, address, centre, room, rack }))
  await writeJson(state.dir, { ...state, hosts })
}

/** Kept apart from the lab's state, so that faults of different hosts can be made at the same time. */
export async function saveHost(state: LabState, { name, boot, partitioned, slow }: HostState): Promise<void> {
  await writeJson(hostFolder(state.dir, name), { boot, partitioned, slow } satisfies HostRun)
}

async function readJson<T>(path: string): Promise<T | undefined> {
  return existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as T) : undefined
}

async function writeJson(folder: string, value: unknown): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, 'state.json')
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  await rename(draft, path)
}

export function findHost(state: LabState, name: string): HostState {
  const host = state.hosts.find((candidate) => candidate.name === name)
  if (!host) throw new Error(`the lab has no host "${name}"; its hosts are ${state.hosts.map((candidate) => candidate.name).join(', ')}`)
  return host
}

/** Name of the control group that holds everything of one host. */
export function groupOf(state: Pick<LabState, 'prefix'>, name = ''): string {
  return name ? `spacefort-${state.prefix}/${name}` : `spacefort-${state.prefix}`
}

export function currentBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** Identity of a running process, or undefined when there is none with this number. */
export function identify(pid: number): ProcessId | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may itself hold spaces and parentheses; the 22nd field is the 20th after it.
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return startTime === undefined ? undefined : { pid, startTime }
  } catch {
    return undefined
  }
}

export function isRunning(id: ProcessId | null | undefined): boolean {
  return id ? identify(id.pid)?.startTime === id.startTime : false
}
