import type { BoundPort, PortSpec } from '../../contract/index.ts'
import type { Pool } from '../pool.ts'
import type { Rule } from './check.ts'

/** Ports that "auto" takes from: below 32768, where Linux starts to hand out ports for outgoing connections. */
export const AUTO_PORTS = { from: 20_000, to: 32_000 } as const

interface PortNeed {
  spec: PortSpec
  from: number
  to: number
}

/** Where each port of a request may be. */
export function portNeeds(ports: readonly PortSpec[]): PortNeed[] {
  return ports.map((spec) => {
    if (spec.host === 'auto') return { spec, ...AUTO_PORTS }
    if (typeof spec.host === 'number') return { spec, from: spec.host, to: spec.host }
    const [from = 0, to = 0] = spec.host.split('-').map(Number)
    return { spec, from, to }
  })
}

interface Binding {
  /** Host ports in the order of the needs; complete when `blocked` is -1. */
  chosen: number[]
  /** The first need that cannot be met, or -1. */
  blocked: number
}

interface Strategy {
  order(a: PortNeed, b: PortNeed): number
  /** A port of the need, or -1. */
  pick(need: PortNeed, isFree: (port: number) => boolean): number
}

function bindWith(strategy: Strategy, needs: readonly PortNeed[], isTaken: (key: string) => boolean): Binding {
  const chosen = new Array<number>(needs.length).fill(0)
  const used = new Set<string>()
  const ordered = needs.map((need, index) => ({ need, index })).sort((a, b) => strategy.order(a.need, b.need))
  for (const { need, index } of ordered) {
    const keyOf = (port: number) => `${need.spec.protocol}/${port}`
    const port = strategy.pick(need, (candidate) => !used.has(keyOf(candidate)) && !isTaken(keyOf(candidate)))
    if (port < 0) return { chosen, blocked: index }
    chosen[index] = port
    used.add(keyOf(port))
  }
  return { chosen, blocked: -1 }
}

/** Finds a solution whenever there is one: ports with the lowest upper end choose first, and take the lowest port. */
const exact: Strategy = {
  order: (a, b) => a.to - b.to || b.from - a.from,
  pick: ({ from, to }, isFree) => {
    for (let port = from; port <= to; port++) if (isFree(port)) return port
    return -1
  },
}

/** Starts at a place given by the dice, so that a port which some foreign program holds is not offered again and again. */
const scattered = (dice: number): Strategy => ({
  order: (a, b) => a.to - a.from - (b.to - b.from),
  pick: ({ from, to }, isFree) => {
    const width = to - from + 1
    for (let step = 0; step < width; step++) {
      const port = from + ((dice + step) % width)
      if (isFree(port)) return port
    }
    return -1
  },
})

function bind(needs: readonly PortNeed[], dice: number, isTaken: (key: string) => boolean): Binding {
  const binding = bindWith(scattered(dice), needs, isTaken)
  return binding.blocked < 0 || needs.length === 1 ? binding : bindWith(exact, needs, isTaken)
}

/** Binds the ports of one more instance on a host; null when the host lacks one. */
export function bindPorts(pool: Pool, host: number, needs: readonly PortNeed[]): BoundPort[] | null {
  if (needs.length === 0) return []
  const { chosen, blocked } = bind(needs, pool.dice[host] ?? 0, (key) => pool.isPortTaken(host, key))
  if (blocked >= 0) return null
  return needs.map(({ spec }, index) => {
    const hostPort = chosen[index] ?? 0
    return { name: spec.name, protocol: spec.protocol, hostPort, containerPort: spec.container ?? hostPort }
  })
}

/** Whether the host has a port for every need. Decided without a search wherever that is possible. */
export function portsFit(pool: Pool, host: number, needs: readonly PortNeed[]): boolean {
  const busy = pool.takenPortCount(host) + needs.length
  let mustSearch = false
  for (const { spec, from, to } of needs) {
    if (from === to) {
      if (pool.isPortTaken(host, `${spec.protocol}/${from}`)) return false
      mustSearch ||= needs.length > 1
    } else mustSearch ||= to - from + 1 <= busy
  }
  return !mustSearch || bind(needs, 0, (key) => pool.isPortTaken(host, key)).blocked < 0
}

const nameOf = ({ spec, from, to }: PortNeed) => (from === to ? `${from}/${spec.protocol}` : `${from}-${to}/${spec.protocol}`)

/** The host has a free port for every port of the request. */
export const portRule: Rule = (pool, request) => {
  const needs = portNeeds(request.ports)
  const blockedAt = (host: number) => bind(needs, 0, (key) => pool.isPortTaken(host, key)).blocked
  return {
    rule: 'port',
    passes: (host) => portsFit(pool, host, needs),
    variant: blockedAt,
    explain: (host) => {
      const blocked = needs[blockedAt(host)]
      if (!blocked) {
        const text = needs.length === 0 ? 'needs no port' : `${needs.length === 1 ? 'the port' : `all ${needs.length} ports`} can be had`
        return { rule: 'port', passes: true, params: {}, text }
      }
      const { from, to } = blocked
      const { name, protocol } = blocked.spec
      const repeated = from === to && !pool.isPortTaken(host, `${protocol}/${from}`)
      const text = repeated
        ? `port ${nameOf(blocked)} is asked for twice`
        : from === to
          ? `port ${nameOf(blocked)} is taken`
          : `no port of ${nameOf(blocked)} is free`
      return { rule: 'port', passes: false, params: { name, protocol, from, to, is: repeated ? 'repeated' : 'taken' }, text }
    },
  }
}
