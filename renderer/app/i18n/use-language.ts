import { useI18n } from 'vue-i18n'
import type { Locale } from './define-messages.ts'
import { rememberLocale } from './index.ts'

/** The other language of the two, for all screens at once. */
export function useLanguage(): { switchLanguage: () => void } {
  const { locale } = useI18n()
  return {
    switchLanguage() {
      const next: Locale = locale.value === 'zh-CN' ? 'en' : 'zh-CN'
      locale.value = next
      rememberLocale(next)
    },
  }
}
