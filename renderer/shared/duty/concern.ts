import type { ComposerTranslation } from 'vue-i18n'
import type { Concern, ConcernKind } from '../../../core/contract/index.ts'
import type { Tone } from '../../app/theme/tokens.ts'
import { plainMessage } from '../placement/plain-message.ts'

const TONES: Record<ConcernKind, Tone> = {
  'app-down': 'bad',
  'host-blocked': 'bad',
  'host-unreachable': 'bad',
  'app-waiting': 'warning',
  'app-backing-off': 'warning',
  'app-short': 'warning',
  'host-cordoned': 'idle',
}

export function toneOfConcern(kind: ConcernKind): Tone {
  return TONES[kind]
}

export function nameOfConcern(concern: Concern): string {
  return 'app' in concern ? concern.app.name : concern.host.name
}

/** The same for the same thing, however bad it has become meanwhile. */
export function keyOfConcern(concern: Concern): string {
  return 'app' in concern ? `app ${concern.app.name}` : `host ${concern.host.name}`
}

/** Why it is so, in the person's language; never empty. */
export function reasonOfConcern(concern: Concern, t: ComposerTranslation): string {
  if (concern.kind === 'host-cordoned')
    return [
      t(`duty.scheduling.${concern.host.scheduling}`),
      t('duty.reason.instances', { n: concern.host.instances }, concern.host.instances),
    ].join(' · ')
  if (concern.reason !== '') return plainMessage(concern.reason, t)
  if (!('app' in concern)) return t('duty.reason.instances', { n: concern.host.instances }, concern.host.instances)
  const lost = concern.app.wanted - concern.app.running - concern.app.waiting
  return lost > 0 ? t('duty.reason.lost', { n: lost }, lost) : t('duty.reason.nothing')
}
