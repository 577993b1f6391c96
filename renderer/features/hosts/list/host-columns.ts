import { h, type VNodeChild } from 'vue'
import { RouterLink } from 'vue-router'
import type { Host } from '../../../../core/contract/index.ts'
import TimeAgo from '../../../shared/format/TimeAgo.vue'
import { plainMessage } from '../../../shared/placement/plain-message.ts'
import StatusTag from '../../../shared/status/StatusTag.vue'
import type { ListColumn } from '../../../shared/table/list-column.ts'
import HostUsage from './HostUsage.vue'
import PickBox from './PickBox.vue'
import type { Selection } from './use-selection.ts'

/** Columns a person can choose from, in the order in which they are shown. The name is always there. */
export const CHOOSABLE = [
  'status',
  'engine',
  'place',
  'domain',
  'address',
  'labels',
  'cpu',
  'memory',
  'disk',
  'instances',
  'version',
  'os',
  'seen',
  'added',
] as const
export type ColumnKey = (typeof CHOOSABLE)[number]
export const USUAL: readonly ColumnKey[] = ['status', 'engine', 'place', 'cpu', 'memory', 'instances']

type Translate = (key: string, params?: Record<string, unknown>, plural?: number) => string
type Rest = Omit<ListColumn<Host>, 'key' | 'title'>

/** Centre, room and rack in one line, as far as they are known. */
export function placeOf(host: Pick<Host, 'centre' | 'room' | 'rack'>): string {
  return [host.centre, host.room, host.rack].filter(Boolean).join(' · ')
}

export function addressOf({ connection }: Pick<Host, 'connection'>): string {
  const port = connection.port === undefined ? '' : `:${connection.port}`
  return connection.kind === 'docker-socket' ? (connection.path ?? connection.address) : `${connection.address}${port}`
}

export function labelsOf({ labels }: Pick<Host, 'labels'>): string {
  return Object.entries(labels)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(', ')
}

function plain(text: string): VNodeChild {
  return h('span', { class: text ? 'ellipsis' : 'muted', style: 'display:block', title: text || undefined }, text || '–')
}

function statusCell(host: Host, t: Translate): VNodeChild {
  return h('div', { style: 'display:grid;line-height:1.4' }, [
    h(StatusTag, { kind: 'host', value: host.status, title: plainMessage(host.statusMessage, t as never) || undefined }),
    host.scheduling === 'open' ? null : h(StatusTag, { kind: 'scheduling', value: host.scheduling }),
  ])
}

function definitions(t: Translate): Record<ColumnKey | 'name', Rest> {
  return {
    name: {
      sort: 'name',
      minWidth: 136,
      render: (host) =>
        h(RouterLink, { to: `/hosts/${host.name}`, class: 'ellipsis', style: 'display:block', title: host.name }, () => host.name),
    },
    status: { sort: 'status', width: 158, render: (host) => statusCell(host, t) },
    engine: { sort: 'engine', width: 98, render: (host) => plain(t(`status.engine.${host.engine}`)) },
    place: { sort: 'rack', minWidth: 156, render: (host) => plain(placeOf(host)) },
    domain: { sort: 'domain', width: 120, render: (host) => plain(host.domain === null ? '' : t(`status.domain.${host.domain}`)) },
    address: { minWidth: 150, render: (host) => plain(addressOf(host)) },
    labels: { minWidth: 160, render: (host) => plain(labelsOf(host)) },
    cpu: { sort: 'reservedCpu', width: 152, render: (host) => h(HostUsage, { host, resource: 'cpuMillis' }) },
    memory: { sort: 'reservedMemory', width: 160, render: (host) => h(HostUsage, { host, resource: 'memoryBytes' }) },
    disk: { sort: 'reservedDisk', width: 160, render: (host) => h(HostUsage, { host, resource: 'diskBytes' }) },
    instances: { sort: 'instances', width: 104, align: 'right', render: (host) => h('span', { class: 'number' }, host.instances) },
    version: { sort: 'engineVersion', minWidth: 170, render: (host) => plain(host.engineVersion) },
    os: { sort: 'os', minWidth: 200, render: (host) => plain(host.os) },
    seen: { sort: 'lastSeenAt', width: 120, render: (host) => h(TimeAgo, { at: host.lastSeenAt }) },
    added: { sort: 'createdAt', width: 120, render: (host) => h(TimeAgo, { at: host.createdAt }) },
  }
}

/** A box to select each host, the name, and the columns that were chosen. */
export function hostColumns(
  t: Translate,
  options: { shown: readonly string[]; selection: Selection; total: () => number },
): ListColumn<Host>[] {
  const { shown, selection, total } = options
  const all = definitions(t)
  const column = (key: ColumnKey | 'name'): ListColumn<Host> => ({ key, title: t(`hosts.column.${key}`), ...all[key] })
  const pick: ListColumn<Host> = {
    key: 'pick',
    width: 44,
    title: () => {
      const count = selection.names.value.size
      const isAll = count > 0 && count >= total()
      const press = () => (count > 0 ? selection.clear() : void selection.all())
      return h(PickBox, { label: t('hosts.select.all'), checked: isAll, some: count > 0 && !isAll, onPress: press })
    },
    render: (host) =>
      h(PickBox, {
        label: t('hosts.select.row', { name: host.name }),
        checked: selection.names.value.has(host.name),
        onPress: (range: boolean) => void selection.toggle(host.name, range),
      }),
  }
  return [pick, column('name'), ...CHOOSABLE.filter((key) => shown.includes(key)).map(column)]
}
