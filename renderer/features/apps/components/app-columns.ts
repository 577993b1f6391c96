import { h } from 'vue'
import type { ComposerTranslation } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { App } from '../../../../core/contract/index.ts'
import type { Format } from '../../../shared/format/format.ts'
import TimeAgo from '../../../shared/format/TimeAgo.vue'
import { plainMessage } from '../../../shared/placement/plain-message.ts'
import StatusTag from '../../../shared/status/StatusTag.vue'
import type { ListColumn } from '../../../shared/table/list-column.ts'
import InstanceCounts from './InstanceCounts.vue'
import type { AppUsage } from './use-app-usage.ts'

interface Options {
  t: ComposerTranslation
  format: () => Format
  usageOf: (name: string) => AppUsage | undefined
}

export function appColumns({ t, format, usageOf }: Options): ListColumn<App>[] {
  const column = (key: string, rest: Omit<ListColumn<App>, 'key' | 'title'>): ListColumn<App> => ({
    key,
    title: t(`apps.column.${key}`),
    ...rest,
  })
  const measured = (key: 'cpuMillis' | 'memoryBytes' | 'requestsPerSecond', unit: string) => (app: App) => {
    const value = usageOf(app.name)?.[key] ?? null
    return h('span', { class: value === null ? 'muted' : 'number' }, value === null ? '–' : format().measured(value, unit))
  }
  const name = (app: App) =>
    h('div', { style: 'min-width:0' }, [
      h(RouterLink, { to: `/apps/${app.name}`, class: 'ellipsis', style: 'display:block', title: app.name }, () => app.name),
      app.description
        ? h('div', { class: 'muted ellipsis', style: 'font-size:12px;line-height:1.3', title: app.description }, app.description)
        : null,
    ])
  return [
    column('name', { sort: 'name', minWidth: 140, render: name }),
    column('status', {
      width: 116,
      render: (app) =>
        app.state === 'removing'
          ? h('span', { class: 'muted' }, t('apps.removing'))
          : h(StatusTag, { kind: 'app', value: app.status, title: plainMessage(app.statusMessage, t) }),
    }),
    column('instances', { sort: 'wanted', width: 164, render: (app) => h(InstanceCounts, { app }) }),
    column('revision', { width: 84, align: 'right', render: (app) => h('span', { class: 'number' }, app.revision) }),
    column('cpu', { width: 104, align: 'right', render: measured('cpuMillis', 'millicores') }),
    column('memory', { width: 92, align: 'right', render: measured('memoryBytes', 'bytes') }),
    column('requests', { width: 88, align: 'right', render: measured('requestsPerSecond', '1/s') }),
    column('message', {
      minWidth: 110,
      render: (app) =>
        h(
          'span',
          { class: 'muted ellipsis', style: 'display:block', title: plainMessage(app.statusMessage, t) },
          plainMessage(app.statusMessage, t),
        ),
    }),
    column('updated', {
      sort: 'updatedAt',
      width: 112,
      align: 'right',
      render: (app) => h(TimeAgo, { at: app.updatedAt, class: 'muted' }),
    }),
  ]
}
