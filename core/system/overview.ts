import type { z } from 'zod'
import { countInstances, loadApps } from '../apps/index.ts'
import type { Clock } from '../base/clock.ts'
import type { App, CentreOverview, Host, Overview, Resources } from '../contract/index.ts'
import { loadHostFigures, type HostFigures } from '../hosts/index.ts'
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
  const hosts = await loadHostFigures(store.db)
  const apps = (await loadApps(store.db)).map(({ app }) => app)
  return {
    version,
    installation: store.installation,
    startedAt,
    now: clock.now(),
    latestSeq: store.latestSeq,
    hosts: countHosts(hosts),
    apps: countApps(apps),
    instances: {
      wanted: sum(apps, ({ wanted }) => wanted),
      running: sum(apps, ({ running }) => running),
      healthy: sum(apps, ({ healthy }) => healthy),
      waiting: sum(apps, ({ waiting }) => waiting),
      unreachable: await countInstances(store.db, 'unreachable'),
    },
    ...capacityOf(hosts, used),
    centres: byCentre(hosts, used),
    brake: await brake(),
  }
}

/** Each centre by its own numbers, in the order of their names; hosts without a centre come last. Pure. */
export function byCentre(hosts: readonly HostFigures[], used: Sources['used']): CentreOverview[] {
  return [...Map.groupBy(hosts, ({ centre }) => centre)]
    .sort(([one], [other]) => Number(one === null) - Number(other === null) || (one ?? '').localeCompare(other ?? ''))
    .map(([centre, own]) => ({
      centre,
      hosts: countHosts(own),
      instances: sum(own, ({ instances }) => instances),
      ...capacityOf(own, used),
    }))
}

function countHosts(hosts: readonly HostFigures[]): Overview['hosts'] {
  const count = (status: Host['status']) => hosts.filter((host) => host.status === status).length
  return {
    total: hosts.length,
    ready: count('ready'),
    unreachable: count('unreachable'),
    blocked: count('blocked'),
    cordoned: hosts.filter(({ scheduling }) => scheduling !== 'open').length,
  }
}

/** Only hosts that answer can run anything, so only they count. */
function capacityOf(hosts: readonly HostFigures[], used: Sources['used']): Pick<Overview, 'capacity' | 'reserved' | 'used'> {
  const ready = hosts.filter(({ status }) => status === 'ready')
  const measured = ready.map(({ name }) => used(name))
  return {
    capacity: addUp(ready, ({ capacity }) => capacity),
    reserved: addUp(ready, ({ reserved }) => reserved),
    used: { cpuMillis: sum(measured, (use) => use?.cpuMillis ?? 0), memoryBytes: sum(measured, (use) => use?.memoryBytes ?? 0) },
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
