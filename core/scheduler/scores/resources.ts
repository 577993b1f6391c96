import type { Resources } from '../../contract/index.ts'
import type { Lane, Pool } from '../pool.ts'

/** Points for a host that would stay empty, and for one whose CPU and memory would be used alike. */
export const FREE_POINTS = 10
export const BALANCE_POINTS = 10
/** So small that it only decides between hosts that are as good as equal. */
export const DICE_POINTS = 0.01

const usedShare = ({ free, allocatable }: Lane, host: number, need: number): number => {
  const all = allocatable[host] ?? 0
  return all > 0 ? Math.min(1, Math.max(0, (all - (free[host] ?? 0) + need) / all)) : 1
}

/** Kubernetes' LeastAllocated and NodeResourcesBalancedAllocation over CPU and memory, with the instance on the host. */
export function resourceScores(pool: Pool, host: number, need: Resources): { free: number; balance: number; dice: number } {
  const cpu = usedShare(pool.cpu, host, need.cpuMillis)
  const memory = usedShare(pool.memory, host, need.memoryBytes)
  return {
    free: FREE_POINTS * (1 - (cpu + memory) / 2),
    // The standard deviation of two values is half their difference.
    balance: BALANCE_POINTS * (1 - Math.abs(cpu - memory) / 2),
    dice: (DICE_POINTS * (pool.dice[host] ?? 0)) / 2 ** 32,
  }
}
