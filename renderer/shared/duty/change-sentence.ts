import type { ComposerTranslation } from 'vue-i18n'
import type { Change } from './change-log.ts'

/** Who made it: the name of a person or token, or the console itself. */
export function whoChanged({ event }: Change, t: ComposerTranslation): string {
  return event.actor === 'system' ? t('duty.system') : event.actor.replace(/^token:/, '')
}

/** What was done, as the rest of a sentence that begins with who did it. */
export function changeSentence({ event, count }: Change, t: ComposerTranslation): string {
  const { app, host, data, kind } = event
  const what = t(`duty.change.${kind}`, { app: app ?? '', host: host ?? '', ...plain(data) })
  return count === 1 ? what : t('duty.change.many', { what, n: count - 1 })
}

function plain(data: Record<string, unknown>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(data).filter((entry): entry is [string, string | number] => ['string', 'number'].includes(typeof entry[1])),
  )
}
