import { watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Role } from '../../../core/contract/index.ts'
import { useSessionStore } from '../../app/session.store.ts'

export interface AskedAction {
  role: Role
  /** Why it cannot be done now; then nothing opens. */
  reason?: string | undefined
  open: () => void
}

/**
 * Begins what the address asks for (`?do=scale`), as if its button had been pressed, once `actions` can be told. It is taken
 * out of the address at once, so that "back" and a reload do not begin it again.
 */
export function useAskedAction(actions: () => Readonly<Record<string, AskedAction>>): void {
  const route = useRoute()
  const router = useRouter()
  const session = useSessionStore()
  const page = route.path
  watch(
    () => (route.path === page ? route.query['do'] : undefined),
    (asked) => {
      const action = typeof asked === 'string' ? actions()[asked] : undefined
      if (!action) return
      const { do: _done, ...query } = route.query
      void router.replace({ query })
      if (session.can(action.role) && action.reason === undefined) action.open()
    },
    { immediate: true },
  )
}
