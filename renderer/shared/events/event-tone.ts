import type { EventKind } from '../../../core/contract/index.ts'
import type { Tone } from '../../app/theme/tokens.ts'

const TONES: Partial<Record<EventKind, Tone>> = {
  'system.brake-on': 'warning',
  'system.brake-off': 'good',
  'host.ready': 'good',
  'host.unreachable': 'bad',
  'host.blocked': 'bad',
  'app.settled': 'good',
  'app.waiting': 'warning',
  'app.backing-off': 'warning',
  'instance.running': 'good',
  'instance.healthy': 'good',
  'instance.returned': 'good',
  'instance.unhealthy': 'warning',
  'instance.failed': 'bad',
  'instance.unreachable': 'bad',
  'user.sign-in-failed': 'warning',
}

/** Whether an event is good or bad news; changes made by people are neither. */
export function toneOfEvent(kind: EventKind): Tone {
  return TONES[kind] ?? 'idle'
}
