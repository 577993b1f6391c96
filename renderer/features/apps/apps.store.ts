import { defineStore } from 'pinia'
import { markRaw, shallowRef } from 'vue'
import type { App, AppSpec, AppStatus, EventKind } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { createListWindow } from '../../shared/data/list-window.ts'

/** Events after which apps come or go. */
export const APP_MEMBERSHIP: ReadonlySet<EventKind> = new Set(['app.created', 'app.removing', 'app.removed'])

type Known = Pick<App, 'name' | 'generation'>

/** Every change names the generation it was decided on, so that it does not undo what somebody else just did. */
const guard = ({ name, generation }: Known) => ({ name, generation })

/** The list of apps as it was left, and what can be done to an app. */
export const useAppsStore = defineStore('apps', () => {
  /** The only status that is shown; null = all. */
  const status = shallowRef<AppStatus | null>(null)
  const list = markRaw(
    createListWindow<App>({
      load: (query, signal) => client.apps.list({ ...query, ...(status.value === null ? {} : { status: status.value }) }, { signal }),
      keyOf: (app) => app.name,
    }),
  )

  return {
    list,
    status,
    show(next: AppStatus | null): void {
      if (status.value === next) return
      status.value = next
      void list.search({})
    },
    apply: (spec: AppSpec, options: { generation?: number; note: string }) => client.apps.apply({ name: spec.name, spec, ...options }),
    scale: (app: Known, instances: number) => client.apps.scale({ ...guard(app), instances }),
    restart: (app: Known) => client.apps.restart(guard(app)),
    stop: (app: Known) => client.apps.stop(guard(app)),
    start: (app: Known) => client.apps.start(guard(app)),
    rollback: (app: Known, revision: number) => client.apps.rollback({ ...guard(app), revision }),
    remove: ({ name }: Known) => client.apps.remove({ name }),
  }
})
