import { h } from 'vue'
import type { ComposerTranslation } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { App, AppUse } from '../../../../core/contract/index.ts'
import type { Format } from '../../../shared/format/format.ts'
import TimeAgo from '../../../shared/format/TimeAgo.vue'
import { plainMessage } from '../../../shared/placement/plain-message.ts'
import StatusTag from '../../../shared/status/StatusTag.vue'
import type { ListColumn } from '../../../shared/table/list-column.ts'
import SparkLine from '../../../shared/charts/SparkLine.vue'
import InstanceCounts from './InstanceCounts.vue'

interface Options {
  t: ComposerTranslation
  format: () => Format
  usageOf: (name: string) => AppUse | undefined
}

/** Numbers of one column end, and what stands before them begins, at the same place in every line. */
const MEASURED = 'display:inline-block;min-width:74px;text-align:right;white-space:nowrap'

export function appColumns({ t, format, usageOf }: Options): ListColumn<App>[] {
  const column = (key: string, rest: Omit<ListColumn<App>, 'key' | 'title'>): ListColumn<App> => ({
    key,
    title: t(`apps.column.${key}`),
    ...rest,
  })
  const measured = (key: 'cpuMillis' | 'memoryBytes' | 'requestsPerSecond' | 'errorsPerSecond', unit: string) => (app: App) => {
    const value = usageOf(app.name)?.[key] ?? null
    return h('span', { class: value === null ? 'muted' : 'number', style: MEASURED }, value === null ? '–' : format().measured(value, unit))
  }
  const name = (app: App) =>
    h('div', { style: 'min-width:0' }, [
      h(RouterLink, { to: `/apps/${app.name}`, class: 'ellipsis', style: 'display:block', title: app.name }, () => app.name),
      app.description
        ? h('div', { class: 'muted ellipsis', style: 'font-size:12px;line-height:1.3', title: app.description }, app.description)
        : null,
    ])
  const cpu = (app: App) => {
    const history = usageOf(app.name)?.cpuHistory ?? []
    return h('div', { style: 'display:flex;align-items:center;justify-content:flex-end;gap:10px' }, [
      history.length > 1 ? h(SparkLine, { values: history }) : null,
      measured('cpuMillis', 'millicores')(app),
    ])
  }
  const errors = (app: App) => {
    const failing = (usageOf(app.name)?.errorsPerSecond ?? 0) > 0
    return h('span', { style: failing ? 'color:var(--tone-bad);font-weight:600' : '' }, [measured('errorsPerSecond', '1/s')(app)])
  }
  const second = (text: string) =>
    text === '' ? null : h('div', { class: 'muted ellipsis', style: 'font-size:12px;line-height:1.3', title: text }, text)
  const status = (app: App) => {
    const message = plainMessage(app.statusMessage, t)
    if (app.state === 'removing') return h('span', { class: 'muted' }, t('apps.removing'))
    return h('div', { style: 'min-width:0' }, [h(StatusTag, { kind: 'app', value: app.status, title: message }), second(message)])
  }
  const version = (app: App) =>
    h('div', { style: 'min-width:0' }, [
      h('div', { class: 'ellipsis', title: app.image ?? '' }, versionOf(app.image) ?? t('apps.process')),
      h(RouterLink, { to: `/apps/${app.name}/revisions`, class: 'number', style: 'font-size:12px' }, () => `#${app.revision}`),
    ])
  return [
    column('name', { sort: 'name', minWidth: 130, render: name }),
    column('status', { width: 122, render: status }),
    column('instances', { sort: 'wanted', width: 140, render: (app) => h(InstanceCounts, { app }) }),
    column('version', { sort: 'revision', width: 104, render: version }),
    column('requests', { width: 82, align: 'right', render: measured('requestsPerSecond', '1/s') }),
    column('errors', { width: 72, align: 'right', render: errors }),
    column('cpu', { width: 180, align: 'right', render: cpu }),
    column('memory', { width: 90, align: 'right', render: measured('memoryBytes', 'bytes') }),
    column('updated', {
      sort: 'updatedAt',
      width: 96,
      align: 'right',
      render: (app) => h(TimeAgo, { at: app.updatedAt, class: 'muted' }),
    }),
  ]
}

/** The tag of an image, or the beginning of its digest: "1.29", "sha256:0d17b5". */
export function versionOf(image: string | null): string | undefined {
  if (image === null) return undefined
  const digest = /@(sha256:[0-9a-f]{6})/.exec(image)?.[1]
  return digest ?? /:([^/:]+)$/.exec(image)?.[1] ?? 'latest'
}
