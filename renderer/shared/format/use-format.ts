import { createSharedComposable, useIntervalFn } from '@vueuse/core'
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { createFormat, type Format } from './format.ts'

export function useFormat(): ComputedRef<Format> {
  const { locale } = useI18n()
  return computed(() => createFormat(locale.value))
}

/** The time now, once a second for everything on the screen together. */
export const useNow = createSharedComposable((): Ref<number> => {
  const now = ref(Date.now())
  useIntervalFn(() => (now.value = Date.now()), 1000)
  return now
})
