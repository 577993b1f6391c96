import type { ComposerTranslation } from 'vue-i18n'
import type { Format } from '../format/format.ts'
import { plainMessage } from '../placement/plain-message.ts'

interface Words {
  t: ComposerTranslation
  te: (key: string) => boolean
  format: Format
}

/** Where the words for the values of a detail are; the value itself is the last part of the key. */
const WORDS: Record<string, string> = {
  cause: 'status.cause',
  connection: 'status.connection',
  role: 'shell.role',
  from: 'status.scheduling',
}

/** One detail of an event as people read it. */
export function detailValue(key: string, value: string, { t, te, format }: Words): string {
  if (key === 'until' || key === 'expiresAt') return format.dateTime(Number(value))
  if (key === 'digest') return `${value.slice(0, 19)}…`
  if (key === 'bytes') return format.bytes(Number(value))
  if (key === 'message' || key === 'summary') return plainMessage(value, t)
  if (value === 'true' || value === 'false') return t(value === 'true' ? 'shell.yes' : 'shell.no')
  const words = WORDS[key] === undefined ? undefined : `${WORDS[key]}.${value}`
  return words !== undefined && te(words) ? t(words) : value
}
