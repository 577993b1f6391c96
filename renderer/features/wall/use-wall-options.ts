import { computed, onScopeDispose, watch, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'
import { useThemeStore } from '../../app/theme/theme.store.ts'
import { readOptions, type WallOptions } from './model/options.ts'

/** The options of the address. Language and theme hold while the wall is shown, and are not remembered for the console. */
export function useWallOptions(): ComputedRef<WallOptions> {
  const route = useRoute()
  const theme = useThemeStore()
  const { locale } = useI18n()
  const before = { locale: locale.value, theme: theme.name }
  const options = computed(() => readOptions(route.query))

  function speak(next: string): void {
    locale.value = next
    document.documentElement.lang = next
  }
  const isHere = () => route.name === 'wall'
  watch(
    () => options.value.theme,
    (next) => {
      if (isHere()) theme.name = next
    },
    { immediate: true },
  )
  watch(
    () => options.value.locale,
    (next) => {
      if (isHere()) speak(next ?? before.locale)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    theme.name = before.theme
    speak(before.locale)
  })
  return options
}
