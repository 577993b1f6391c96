import type { TopologyHost } from '../../../../core/contract/index.ts'
import { hostHealth } from './paint.ts'

export const HOST_STATES = ['trouble', 'unreachable', 'blocked', 'connecting', 'warning', 'closed'] as const
/** What a person asks for: anything out of order, one status, unhealthy instances, or hosts that take no instances. */
export type HostState = (typeof HOST_STATES)[number]

export interface TopologyFilter {
  text: string
  app: string | null
  state: HostState | null
  /** As in "disk=ssd". */
  label: string | null
}

export const NO_FILTER: TopologyFilter = { text: '', app: null, state: null, label: null }

export function isFiltering(filter: TopologyFilter): boolean {
  return filter.text !== '' || filter.app !== null || filter.state !== null || filter.label !== null
}

function inState(host: TopologyHost, state: HostState): boolean {
  if (state === 'trouble') return hostHealth(host) !== 'good'
  if (state === 'warning') return hostHealth(host) === 'warning'
  if (state === 'closed') return host.scheduling !== 'open'
  return host.status === state
}

function contains(host: TopologyHost, text: string): boolean {
  const words = [host.name, host.centre, host.room, host.rack, host.domain, ...Object.entries(host.labels).flat()]
  return (
    words.some((word) => word?.toLowerCase().includes(text)) ||
    host.instances.some(({ id, app }) => id.includes(text) || app.includes(text))
  )
}

/** Whether a host is among those that are asked for. Pure. */
export function matchesFilter(host: TopologyHost, filter: TopologyFilter): boolean {
  if (filter.state !== null && !inState(host, filter.state)) return false
  if (filter.app !== null && !host.instances.some(({ app }) => app === filter.app)) return false
  if (filter.label !== null) {
    const [key = '', ...value] = filter.label.split('=')
    if (host.labels[key] !== value.join('=')) return false
  }
  const text = filter.text.trim().toLowerCase()
  return text === '' || contains(host, text)
}

/** All "key=value" pairs of the hosts' labels, each once, in order. */
export function labelPairs(hosts: Iterable<TopologyHost>): string[] {
  const pairs = new Set<string>()
  for (const host of hosts) for (const [key, value] of Object.entries(host.labels)) pairs.add(`${key}=${value}`)
  return [...pairs].sort()
}

const ORDER = { bad: 0, warning: 1, busy: 2, good: 3 }

/** The same hosts, the worst first; then those that take no instances; then by name. */
export function worstFirst(hosts: readonly TopologyHost[]): TopologyHost[] {
  const rank = (host: TopologyHost) => ORDER[hostHealth(host)] * 2 + Number(host.scheduling === 'open')
  const ranked = hosts.map((host) => ({ host, rank: rank(host) }))
  return ranked.sort((a, b) => a.rank - b.rank || (a.host.name < b.host.name ? -1 : 1)).map(({ host }) => host)
}
