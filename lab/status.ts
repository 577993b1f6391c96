import { answers } from './machine.ts'
import type { PlannedHost } from './plan.ts'
import { isRunning, labDir, requireState, type HostState } from './state.ts'

export interface HostStatus extends PlannedHost {
  /** lost = killed; ended = its processes are gone although nobody killed it through the lab. */
  power: 'running' | 'lost' | 'ended'
  partitioned: boolean
  slow: HostState['slow']
  /** Whether its engine or SSH server answers over the network now. */
  answers: boolean
}

export interface LabStatus {
  dir: string
  createdAt: string
  hosts: HostStatus[]
}

/** What the lab's hosts are doing now: asked of the machine, not remembered. */
export async function labStatus(options: { dir?: string | undefined } = {}): Promise<LabStatus> {
  const state = await requireState(labDir(options.dir))
  const hosts = await Promise.all(
    state.hosts.map(async (host): Promise<HostStatus> => {
      const { name, kind, address, centre, room, rack, partitioned, slow, boot } = host
      const power = boot === null ? 'lost' : isRunning(boot.init) ? 'running' : 'ended'
      return { name, kind, address, centre, room, rack, power, partitioned, slow, answers: await answers(state, host) }
    }),
  )
  return { dir: state.dir, createdAt: state.createdAt, hosts }
}

/** The status as a table for a terminal. Pure. */
export function statusTable(status: LabStatus): string {
  const head = ['HOST', 'REACHED BY', 'ADDRESS', 'CENTRE', 'RACK', 'STATE', 'ANSWERS']
  const rows = status.hosts.map((host) => [
    host.name,
    host.kind,
    host.address,
    host.centre,
    host.rack,
    stateText(host),
    host.answers ? 'yes' : 'no',
  ])
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function stateText({ power, partitioned, slow }: HostStatus): string {
  const parts: string[] = [power]
  if (partitioned) parts.push('partitioned')
  if (slow) parts.push(`slow (${slow.delayMs} ms${slow.lossPercent > 0 ? `, ${slow.lossPercent} % lost` : ''}, ${slow.by})`)
  return parts.join(', ')
}
