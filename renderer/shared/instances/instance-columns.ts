import { h, type VNodeChild } from 'vue'
import type { ComposerTranslation } from 'vue-i18n'
import { RouterLink } from 'vue-router'
import type { Instance } from '../../../core/contract/index.ts'
import { plainMessage } from '../placement/plain-message.ts'
import TimeAgo from '../format/TimeAgo.vue'
import { instanceState } from '../status/tone-of.ts'
import StatusTag from '../status/StatusTag.vue'
import type { ListColumn } from '../table/list-column.ts'
import PortLinks from './PortLinks.vue'

interface Options {
  t: ComposerTranslation
  /** Whether to name the app, and the host: not where the page is about it. */
  app: boolean
  host: boolean
  action: (instance: Instance) => VNodeChild
}

const linked = (to: string, text: string, mono = false) => h(RouterLink, { to, class: mono ? 'mono' : '' }, () => text)

export function instanceColumns({ t, app, host, action }: Options): ListColumn<Instance>[] {
  const column = (key: string, rest: Omit<ListColumn<Instance>, 'key' | 'title'>): ListColumn<Instance> => ({
    key,
    title: t(`shell.instances.${key}`),
    ...rest,
  })
  return [
    column('id', { sort: 'id', minWidth: 150, render: (one) => linked(`/instances/${one.id}`, one.id, true) }),
    column('status', {
      sort: 'status',
      width: 124,
      render: (one) => h(StatusTag, { kind: 'instance', value: instanceState(one), title: plainMessage(one.message, t) }),
    }),
    ...(app ? [column('app', { sort: 'app', minWidth: 110, render: (one) => linked(`/apps/${one.app}`, one.app) })] : []),
    ...(host ? [column('host', { sort: 'host', minWidth: 110, render: (one) => linked(`/hosts/${one.host}`, one.host) })] : []),
    column('revision', { width: 84, align: 'right', render: (one) => h('span', { class: 'number' }, one.revision) }),
    column('ports', { minWidth: 172, render: (one) => h(PortLinks, { instance: one }) }),
    column('since', { sort: 'createdAt', width: 112, render: (one) => h(TimeAgo, { at: one.startedAt ?? one.createdAt }) }),
    column('message', {
      minWidth: 100,
      render: (one) =>
        h('span', { class: 'muted ellipsis', style: 'display:block', title: plainMessage(one.message, t) }, plainMessage(one.message, t)),
    }),
    column('action', { width: 84, align: 'right', render: action }),
  ]
}
