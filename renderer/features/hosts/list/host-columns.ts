import { h } from 'vue'
import { RouterLink } from 'vue-router'
import type { Host } from '../../../../core/contract/index.ts'
import StatusTag from '../../../shared/status/StatusTag.vue'
import type { ListColumn } from '../../../shared/table/list-column.ts'
import HostUsage from './HostUsage.vue'

/** Centre, room and rack in one line, as far as they are known. */
export function placeOf(host: Pick<Host, 'centre' | 'room' | 'rack'>): string {
  return [host.centre, host.room, host.rack].filter(Boolean).join(' · ')
}

export function hostColumns(t: (key: string) => string): ListColumn<Host>[] {
  const column = (key: string, rest: Omit<ListColumn<Host>, 'key' | 'title'>): ListColumn<Host> => ({
    key,
    title: t(`hosts.column.${key}`),
    ...rest,
  })
  const plain = (text: string) => h('span', { class: text ? 'ellipsis' : 'muted', style: 'display:block', title: text }, text || '–')
  const statusCell = (host: Host) =>
    h('div', { style: 'display:grid;line-height:1.4' }, [
      h(StatusTag, { kind: 'host', value: host.status, title: host.statusMessage }),
      host.scheduling === 'open' ? null : h(StatusTag, { kind: 'scheduling', value: host.scheduling }),
    ])
  return [
    column('name', {
      sort: 'name',
      minWidth: 160,
      render: (host) =>
        h(RouterLink, { to: `/hosts/${host.name}`, class: 'ellipsis', style: 'display:block', title: host.name }, () => host.name),
    }),
    column('status', { sort: 'status', width: 150, render: statusCell }),
    column('engine', { sort: 'engine', width: 98, render: (host) => plain(t(`status.engine.${host.engine}`)) }),
    column('place', { sort: 'rack', minWidth: 120, render: (host) => plain(placeOf(host)) }),
    column('cpu', { sort: 'reservedCpu', width: 150, render: (host) => h(HostUsage, { host, resource: 'cpuMillis' }) }),
    column('memory', { sort: 'reservedMemory', width: 160, render: (host) => h(HostUsage, { host, resource: 'memoryBytes' }) }),
    column('instances', {
      sort: 'instances',
      width: 110,
      align: 'right',
      render: (host) => h('span', { class: 'number' }, host.instances),
    }),
  ]
}
