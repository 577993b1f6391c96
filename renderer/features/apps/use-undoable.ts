import { useI18n } from 'vue-i18n'
import type { App, AppSpec } from '../../../core/contract/index.ts'
import { useUndo } from '../../shared/feedback/use-undo.ts'
import { useAppsStore } from './apps.store.ts'

type Known = Pick<App, 'name' | 'generation'>

/**
 * Actions on an app with the way back. The way back names the generation that the action made, so that it never undoes
 * what somebody else has done since.
 */
export function useUndoable() {
  const { t } = useI18n()
  const store = useAppsStore()
  const offer = useUndo()

  return {
    async scale(app: Known & Pick<App, 'wanted'>, instances: number): Promise<void> {
      const after = await store.scale(app, instances)
      offer(t('apps.done.scale', { name: app.name, n: instances }), () => store.scale(after, app.wanted))
    },
    async stop(app: Known): Promise<void> {
      const after = await store.stop(app)
      offer(t('apps.done.stop', { name: app.name }), () => store.start(after))
    },
    async start(app: Known): Promise<void> {
      const after = await store.start(app)
      offer(t('apps.done.start', { name: app.name }), () => store.stop(after))
    },
    async rollback(app: Known & Pick<App, 'revision'>, revision: number): Promise<void> {
      const { app: after } = await store.rollback(app, revision)
      if (after) offer(t('apps.done.rollback', { name: app.name, revision }), () => store.rollback(after, app.revision))
    },
    /** `before`: the specification that was wanted until now; none for a new app, which is removed, not undone. */
    async apply(spec: AppSpec, { note, before, generation }: { note: string; before?: AppSpec; generation?: number }): Promise<void> {
      const { app: after } = await store.apply(spec, { note, ...(generation === undefined ? {} : { generation }) })
      const text = t('apps.editor.applied', { name: spec.name })
      if (after && before) offer(text, () => store.apply(before, { note: t('apps.done.undoNote'), generation: after.generation }))
    },
  }
}
