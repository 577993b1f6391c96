import { useEventListener } from '@vueuse/core'
import { shallowRef, watch, type ShallowRef } from 'vue'
import type { z } from 'zod'
import { useSessionStore } from './session.store.ts'

function read<T>(key: string, schema: z.ZodType<T>, otherwise: T): T {
  try {
    const known = schema.safeParse(JSON.parse(globalThis.localStorage.getItem(key) ?? 'null'))
    return known.success ? known.data : otherwise
  } catch {
    return otherwise
  }
}

export interface Personal<T> {
  value: Readonly<ShallowRef<T>>
  set: (next: T) => void
}

/**
 * Something this machine remembers for the person who is signed in, and the same in all windows. What was stored and does not
 * fit `schema` (any more) is as if it had never been.
 */
export function usePersonal<T>(name: string, schema: z.ZodType<T>, otherwise: T): Personal<T> {
  const session = useSessionStore()
  const keyNow = () => `spacefort.${name}.${session.me?.name ?? ''}`
  const value = shallowRef<T>(read(keyNow(), schema, otherwise))
  watch(keyNow, (key) => (value.value = read(key, schema, otherwise)))
  useEventListener(globalThis, 'storage', (event: StorageEvent) => {
    if (event.key === keyNow()) value.value = read(keyNow(), schema, otherwise)
  })
  return {
    value,
    set(next) {
      value.value = next
      try {
        globalThis.localStorage.setItem(keyNow(), JSON.stringify(next))
      } catch {
        // A browser that forbids storage forgets it with the window.
      }
    },
  }
}
