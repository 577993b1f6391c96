import { constants } from 'node:os'
import { z } from 'zod'
import { BoundPort } from '../../contract/index.ts'
import type { EngineInfo, ObservedRun, RunStats } from '../engine.ts'

const Meta = z.object({ id: z.string(), app: z.string(), revision: z.number(), ports: z.array(BoundPort), program: z.string() })
type Meta = z.output<typeof Meta>

const SIGNAL_NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]))

/** Reads what the LIST script prints. An instance whose meta line is unreadable is left out. */
export function parseList(output: string): ObservedRun[] {
  const [states = '', metas = ''] = output.split(/(?:^|\n)\n/)
  const metaOf = new Map(
    metas.split('\n').flatMap((line) => {
      const meta = Meta.safeParse(jsonOf(line))
      return meta.success ? [[meta.data.id, meta.data] as const] : []
    }),
  )
  return states.split('\n').flatMap((line) => {
    const [id = '', state = '', started = '', exit = ''] = line.split('\t')
    const meta = metaOf.get(id)
    return meta ? [observed(meta, { state, started, exit })] : []
  })
}

function observed(meta: Meta, { state, started, exit }: { state: string; started: string; exit: string }): ObservedRun {
  const { program, ...known } = meta
  const startedAt = started === '' ? null : Number(started)
  if (state !== 'exited')
    return { ...known, state: state === 'running' ? 'running' : 'starting', startedAt, endedAt: null, exitCode: null, message: '' }
  const [code = '-', at = '0', why = '-'] = exit.split(' ')
  const exitCode = code === '-' ? null : Number(code)
  return {
    ...known,
    state: 'exited',
    startedAt,
    endedAt: at === '0' ? null : Number(at),
    exitCode,
    message: reason(exitCode, why, program),
  }
}

function reason(exitCode: number | null, why: string, program: string): string {
  if (why === 'oom') return 'out of memory'
  if (why === 'command') return `command not found: ${program}`
  if (why === 'unstarted') return 'stopped before it was started'
  if (why === 'rebooted') return 'the host was restarted'
  if (exitCode === null) return 'ended while nothing watched it, so its exit code is unknown'
  if (exitCode === 126) return `exit code 126 (${program} may not be executable)`
  const signal = exitCode > 128 ? SIGNAL_NAMES.get(exitCode - 128) : undefined
  return signal ? `signal ${signal}` : `exit code ${exitCode}`
}

/** Reads what the STATS script prints; `at` is the time of the measurement. */
export function parseStats(output: string, at: number): RunStats[] {
  const unknown = { networkInBytes: null, networkOutBytes: null }
  const rows = output.split('\n').map((line) => line.split(' '))
  const [, ticksPerSecond = '100', pageBytes = '4096'] = rows.find(([kind]) => kind === '=') ?? []
  const sessions = new Map(
    rows.flatMap(([kind, pid = '', ticks, pages]) =>
      kind === '+' ? [[pid, { ticks: Number(ticks), pages: Number(pages) }] as const] : [],
    ),
  )
  return rows.flatMap(([first = '', second = '', third = '']): RunStats[] => {
    if (first === '-') {
      const session = sessions.get(second)
      if (!session) return []
      const cpuMs = (session.ticks * 1000) / Number(ticksPerSecond)
      return [{ id: third, at, cpuMs, memoryBytes: session.pages * Number(pageBytes), ...unknown }]
    }
    if (first === '' || first === '=' || first === '+') return []
    return [{ id: first, at, cpuMs: Number(second) / 1e6, memoryBytes: Number(third), ...unknown }]
  })
}

/** Reads what the INFO script prints. */
export function parseInfo(output: string): EngineInfo {
  const [cores, memoryKib, diskKib, os = '', limits] = output.split('\n')
  return {
    version: 'process (sh)',
    os: limits === 'limited' ? os : `${os}; no memory limits: control groups are not writable`,
    capacity: { cpuMillis: Number(cores) * 1000, memoryBytes: Number(memoryKib) * 1024, diskBytes: Number(diskKib) * 1024 },
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
