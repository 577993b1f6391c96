import { formatBytes } from '../../contract/index.ts'
import type { Lane, Pool } from '../pool.ts'
import type { Check, Rule } from './check.ts'

const UNITS = ['Ti', 'Gi', 'Mi', 'Ki'] as const

/** Bytes as people read them: exact when short, else two decimals, rounded down so that "free" never promises too much. */
export function readableBytes(bytes: number): string {
  const exact = formatBytes(bytes)
  if (exact.length <= 7) return exact
  const index = UNITS.findIndex((_, at) => bytes >= 1024 ** (UNITS.length - at))
  const power = UNITS.length - index
  return `${Math.floor((bytes / 1024 ** power) * 100) / 100}${UNITS[index] ?? ''}`
}

interface Resource {
  rule: 'cpu' | 'memory' | 'disk'
  noun: string
  lane: (pool: Pool) => Lane
  key: 'cpuMillis' | 'memoryBytes' | 'diskBytes'
  format: (amount: number) => string
}

function resourceRule(resource: Resource): Rule {
  const { rule, noun, format } = resource
  return (pool, request): Check => {
    const { free, allocatable } = resource.lane(pool)
    const need = request.resources[resource.key]
    // Engines that cannot tell how much disk there is say 0; that is no reason to leave the host empty.
    const unknown = (host: number) => rule === 'disk' && (allocatable[host] ?? 0) === 0
    const passes = (host: number) => need <= (free[host] ?? 0) || need === 0 || unknown(host)
    return {
      rule,
      passes,
      variant: () => 0,
      explain: (host) => {
        const left = Math.max(0, free[host] ?? 0)
        const result = { rule, passes: passes(host), params: { need, free: left } }
        if (need === 0) return { ...result, text: `needs no ${noun}` }
        if (unknown(host)) return { ...result, text: `needs ${format(need)} of ${noun}; the host does not say how much it has` }
        const [wanted, has] =
          format(need) === format(left) && need > left ? [`${need} bytes`, `${left} bytes`] : [format(need), format(left)]
        return { ...result, text: `needs ${wanted} of ${noun}, ${has} free` }
      },
    }
  }
}

const millis = (amount: number) => `${amount}m`

export const cpuRule = resourceRule({ rule: 'cpu', noun: 'CPU', lane: (pool) => pool.cpu, key: 'cpuMillis', format: millis })
export const memoryRule = resourceRule({
  rule: 'memory',
  noun: 'memory',
  lane: (pool) => pool.memory,
  key: 'memoryBytes',
  format: readableBytes,
})
export const diskRule = resourceRule({ rule: 'disk', noun: 'disk', lane: (pool) => pool.disk, key: 'diskBytes', format: readableBytes })
