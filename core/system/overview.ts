import type { z } from 'zod'
import { countInstances, loadApps } from '../apps/index.ts'
import type { Clock } from '../base/clock.ts'
import type { App, Host, Overview, Resources } from '../contract/index.ts'
import { loadHosts } from '../hosts/index.ts'
import type { Store } from '../store/index.ts'

interface Sources {
  store: Store
  clock: Clock
  version: string
  startedAt: number
  brake: () => Promise<{ on: boolean; reason: string }>
  used: (host: string) => Host['used']
}

/** The whole pool in numbers, counted from what is stored. */
export async function overview({ store, clock, version, startedAt, brake, used }: Sources): Promise<z.output<typeof Overview>> {
  const hosts = await loadHosts(store.db)
  const apps = (await loadApps(store.db)).map(({ app }) => app)
  const ready = hosts.filter(({ status }) => status === 'ready')
  const measured = ready.map(({ name }) => used(name))
  return {
    version,
    installation: store.installation,
    startedAt,
    now: clock.now(),
    latestSeq: store.latestSeq,
    hosts: {
      total: hosts.length,
      ready: ready.length,
      unreachable: hosts.filter(({ status }) => status === 'unreachable').length,
      blocked: hosts.filter(({ status }) => status === 'blocked').length,
      cordoned: hosts.filter(({ scheduling }) => scheduling !== 'open').length,
    },
    apps: countApps(apps),
    instances: {
      wanted: sum(apps, ({ wanted }) => wanted),
      running: sum(apps, ({ running }) => running),
      healthy: sum(apps, ({ healthy }) => healthy),
      waiting: sum(apps, ({ waiting }) => waiting),
      unreachable: await countInstances(store.db, 'unreachable'),
    },
    capacity: addUp(ready, ({ capacity }) => capacity),
    reserved: addUp(ready, ({ reserved }) => reserved),
    used: { cpuMillis: sum(measured, (use) => use?.cpuMillis ?? 0), memoryBytes: sum(measured, (use) => use?.memoryBytes ?? 0) },
    brake: await brake(),
  }
}

function countApps(apps: readonly App[]) {
  const count = (status: App['status']) => apps.filter((app) => app.status === status).length
  const { length: total } = apps
  return {
    total,
    healthy: count('healthy'),
    changing: count('changing'),
    degraded: count('degraded'),
    down: count('down'),
    stopped: count('stopped'),
  }
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0)
}

function addUp<T>(items: readonly T[], value: (item: T) => Resources): Resources {
  return {
    cpuMillis: sum(items, (item) => value(item).cpuMillis),
    memoryBytes: sum(items, (item) => value(item).memoryBytes),
    diskBytes: sum(items, (item) => value(item).diskBytes),
  }
}
