import { existsSync, readFileSync } from 'node:fs'
import type { Contender } from './contender.ts'
import type { Observer } from './observer.ts'

export const LAB_PREFIX = 'bsc'
const TICKS_PER_SECOND = 100
const REACHED_WITHIN_MS = 180_000

export interface Round {
  startedAtMs: number
  seconds: number
  cpu: CpuSeconds
}

/** Seconds of one core: of everything on the machine, and of the engines with all their containers. */
export interface CpuSeconds {
  machine: number
  engines: number
}

/** The engines' clock, which is this machine's; `Date.now` has whole milliseconds only. */
export const nowMs = () => performance.timeOrigin + performance.now()

/** From the wish to what the engines say, seen from outside. */
export async function timeScaling(contender: Contender, count: number, observer: Observer): Promise<Round> {
  observer.moments = []
  const before = cpuNow()
  const startedAtMs = nowMs()
  const asked = contender.scale(count)
  const reached = observer.until((seen) => (count === 0 ? seen.present === 0 : seen.running() === count), REACHED_WITHIN_MS)
  const [, doneAtMs] = await Promise.all([asked, reached])
  return { startedAtMs, seconds: (doneAtMs - startedAtMs) / 1000, cpu: since(before) }
}

function cpuNow(): CpuSeconds {
  return { machine: busySeconds(), engines: engineSeconds() }
}

function since(before: CpuSeconds): CpuSeconds {
  const now = cpuNow()
  return { machine: now.machine - before.machine, engines: now.engines - before.engines }
}

/** From the control group that holds the lab, in either version of the kernel's interface. */
function engineSeconds(): number {
  for (const folder of ['/sys/fs/cgroup/cpuacct', '/sys/fs/cgroup/cpu,cpuacct']) {
    const file = `${folder}/spacefort-${LAB_PREFIX}/cpuacct.usage`
    if (existsSync(file)) return Number(readFileSync(file, 'utf8')) / 1e9
  }
  const stat = `/sys/fs/cgroup/spacefort-${LAB_PREFIX}/cpu.stat`
  return existsSync(stat) ? Number(/usage_usec (\d+)/.exec(readFileSync(stat, 'utf8'))?.[1] ?? 0) / 1e6 : 0
}

function busySeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0] = line.split(/\s+/).slice(1).map(Number)
  return (user + nice + system + irq + softIrq) / TICKS_PER_SECOND
}

/** CPU seconds a process has used. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (user + system) / TICKS_PER_SECOND
}
