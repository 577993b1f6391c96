import { createSharedComposable, useIntervalFn } from '@vueuse/core'
import { computed, ref, type ComputedRef, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { createFormat, type Format } from './format.ts'

/** One for each language: making the browser's formatters costs more than all that a row of a table formats with them. */
const formats = new Map<string, Format>()

function formatOf(locale: string): Format {
  const made = formats.get(locale) ?? createFormat(locale)
  formats.set(locale, made)
  return made
}

export function useFormat(): ComputedRef<Format> {
  const { locale } = useI18n()
  return computed(() => formatOf(locale.value))
}

/** The time now, once a second for everything on the screen together. */
export const useNow = createSharedComposable((): Ref<number> => {
  const now = ref(Date.now())
  useIntervalFn(() => (now.value = Date.now()), 1000)
  return now
})
