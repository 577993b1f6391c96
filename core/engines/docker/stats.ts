import type { ContainerStats } from 'dockerode'
import type { RunStats } from '../engine.ts'
import { timeOf } from './observe.ts'

const NS_PER_MS = 1e6

/** One sample, or undefined of a container that does not run. Memory leaves out the file cache that can be dropped at any time. */
export function runStats(id: string, stats: ContainerStats): RunStats | undefined {
  const at = timeOf(stats.read)
  const memory: Partial<ContainerStats['memory_stats']> = stats.memory_stats
  if (at === null || memory.usage === undefined) return undefined
  const details: { total_inactive_file?: number; inactive_file?: number } = memory.stats ?? {}
  // Without a network of its own a container has none of these, whatever the type says.
  const networks = 'networks' in stats ? Object.values(stats.networks) : undefined
  const total = (pick: 'rx_bytes' | 'tx_bytes') =>
    networks === undefined ? null : networks.reduce((sum, network) => sum + network[pick], 0)
  return {
    id,
    at,
    cpuMs: stats.cpu_stats.cpu_usage.total_usage / NS_PER_MS,
    // cgroup v1 says total_inactive_file, v2 inactive_file.
    memoryBytes: Math.max(0, memory.usage - (details.total_inactive_file ?? details.inactive_file ?? 0)),
    networkInBytes: total('rx_bytes'),
    networkOutBytes: total('tx_bytes'),
  }
}
