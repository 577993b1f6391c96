import { LOCALES, type Locale } from '../../../app/i18n/define-messages.ts'
import type { ThemeName } from '../../../app/theme/tokens.ts'

/** What one screen shows, as its address says; several screens can so show different parts. */
export interface WallOptions {
  /** null = all centres; "" = hosts without a centre. */
  centre: string | null
  /** null = the language of the console. */
  locale: Locale | null
  theme: ThemeName
  /** How long a page stays; 0 = until somebody turns it. */
  rotateMs: number
}

const DEFAULT_ROTATE_S = 15
const LEAST_ROTATE_S = 5
const MOST_ROTATE_S = 600

function rotateSeconds(text: unknown): number {
  const seconds = typeof text === 'string' && text !== '' ? Number(text) : Number.NaN
  if (seconds === 0) return 0
  return Number.isFinite(seconds) ? Math.min(MOST_ROTATE_S, Math.max(LEAST_ROTATE_S, seconds)) : DEFAULT_ROTATE_S
}

/** `?centre=A&lang=zh-CN&theme=dark&rotate=20`; what is missing or makes no sense takes its default. Pure. */
export function readOptions(query: Readonly<Record<string, unknown>>): WallOptions {
  const { centre, lang, theme, rotate } = query
  return {
    centre: typeof centre === 'string' ? centre : null,
    locale: LOCALES.find((one) => one === lang) ?? null,
    theme: theme === 'light' ? 'light' : 'dark',
    rotateMs: rotateSeconds(rotate) * 1000,
  }
}
