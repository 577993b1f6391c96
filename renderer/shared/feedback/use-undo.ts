import { useMessage } from 'naive-ui'
import { h } from 'vue'
import { useI18n } from 'vue-i18n'
import UndoToast from './UndoToast.vue'

/** How long a way back is offered. */
const UNDO_MS = 10_000

/** Says that something was done and offers to take it back; `undo` is called at most once. */
export function useUndo(): (text: string, undo: () => Promise<unknown>) => void {
  const message = useMessage()
  const { t } = useI18n()
  return (text, undo) => {
    const toast = message.success(
      () =>
        h(UndoToast, {
          text,
          undo,
          onUndone() {
            toast.destroy()
            message.success(t('action.undone'))
          },
          onFailed: () => (toast.type = 'error'),
        }),
      { duration: UNDO_MS, keepAliveOnHover: true, closable: true },
    )
  }
}
