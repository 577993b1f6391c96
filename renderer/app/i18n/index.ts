import { createI18n, type I18n } from 'vue-i18n'
import type { Feature } from '../feature.ts'
import { remember, recall } from '../preferences.ts'
import { LOCALES, type Locale, type Messages } from './define-messages.ts'
import { actionMessages } from './messages/action.ts'
import { dutyMessages } from './messages/duty.ts'
import { eventMessages } from './messages/event.ts'
import { findMessages } from './messages/find.ts'
import { logMessages } from './messages/log.ts'
import { problemMessages } from './messages/problem.ts'
import { ruleMessages } from './messages/rule.ts'
import { shellMessages } from './messages/shell.ts'
import { statusMessages } from './messages/status.ts'
import { terminalMessages } from './messages/terminal.ts'

/** What every screen may use, besides the messages of its own area. */
export const SHARED_MESSAGES: Record<string, Messages> = {
  action: actionMessages,
  duty: dutyMessages,
  event: eventMessages,
  log: logMessages,
  find: findMessages,
  problem: problemMessages,
  rule: ruleMessages,
  shell: shellMessages,
  status: statusMessages,
  terminal: terminalMessages,
}

function isLocale(value: unknown): value is Locale {
  return LOCALES.includes(value as Locale)
}

/** The language chosen before, else the first of the browser's that is spoken here, else English. */
export function preferredLocale(languages: readonly string[] = globalThis.navigator.languages): Locale {
  const chosen = recall('locale')
  if (isLocale(chosen)) return chosen
  for (const language of languages) {
    if (language.startsWith('zh')) return 'zh-CN'
    if (language.startsWith('en')) return 'en'
  }
  return 'en'
}

/** All messages of the shell and of `features`, by language and then by area. */
export function collectMessages(features: readonly Feature[]): Messages {
  const all: Messages = { en: {}, 'zh-CN': {} }
  const parts = [...Object.entries(SHARED_MESSAGES), ...features.map((feature) => [feature.id, feature.messages] as const)]
  for (const locale of LOCALES) for (const [area, messages] of parts) all[locale][area] = messages[locale]
  return all
}

export function createConsoleI18n(features: readonly Feature[]): I18n {
  const locale = preferredLocale()
  document.documentElement.lang = locale
  return createI18n({ legacy: false, locale, fallbackLocale: 'en', missing, messages: collectMessages(features) }) as unknown as I18n
}

/** Reported like any other mistake in the page: a person sees the English text or the key, a test sees the error. */
function missing(locale: string, key: string): undefined {
  globalThis.reportError(new Error(`there is no message "${key}" in ${locale}`))
}

/** Remembers the language and tells the browser, which chooses glyphs and hyphenation by it. */
export function rememberLocale(locale: Locale): void {
  remember('locale', locale)
  document.documentElement.lang = locale
}
