import { defineStore } from 'pinia'
import type { App, Host, Overview } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'

/** One thing that wants a person's attention, the worst first. */
export type Concern = { kind: 'brake'; reason: string } | { kind: 'host'; host: Host } | { kind: 'app'; app: App }

const SHOWN = 50

/** The worst first: the brake, apps that serve nobody, blocked and unreachable hosts, apps that serve too few. */
export function orderConcerns(overview: Overview, hosts: readonly Host[], apps: readonly App[]): Concern[] {
  const appsIn = (status: App['status']) => apps.filter((app) => app.status === status).map((app) => ({ kind: 'app' as const, app }))
  return [
    ...(overview.brake.on ? [{ kind: 'brake' as const, reason: overview.brake.reason }] : []),
    ...appsIn('down'),
    ...hosts.map((host) => ({ kind: 'host' as const, host })),
    ...appsIn('degraded'),
  ]
}

export const useOverviewStore = defineStore('overview', () => {
  async function loadConcerns(overview: Overview, signal: AbortSignal): Promise<Concern[]> {
    const { hosts, apps } = overview
    const hostsIn = (status: 'unreachable' | 'blocked') =>
      client.hosts.list({ status, limit: SHOWN }, { signal }).then((page) => page.items)
    const [blocked, unreachable, troubled] = await Promise.all([
      hosts.blocked > 0 ? hostsIn('blocked') : [],
      hosts.unreachable > 0 ? hostsIn('unreachable') : [],
      apps.down + apps.degraded > 0 ? client.apps.list({ limit: 1000, sort: '-waiting' }, { signal }).then((page) => page.items) : [],
    ])
    return orderConcerns(overview, [...blocked, ...unreachable], troubled).slice(0, SHOWN)
  }

  return { loadConcerns }
})
