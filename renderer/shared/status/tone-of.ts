import type { App, Check, Health, Host, HostStatus, Instance, InstanceStatus, TestStep } from '../../../core/contract/index.ts'
import type { Tone } from '../../app/theme/tokens.ts'

/** Every status that is shown as a tag, with its tone. The words are under `status.<kind>.<value>`. */
export const STATUS_TONES = {
  host: { connecting: 'busy', ready: 'good', unreachable: 'bad', blocked: 'bad' } satisfies Record<HostStatus, Tone>,
  scheduling: { open: 'good', cordoned: 'warning', draining: 'busy', drained: 'warning' } satisfies Record<Host['scheduling'], Tone>,
  app: { healthy: 'good', changing: 'busy', degraded: 'warning', down: 'bad', stopped: 'idle' } satisfies Record<App['status'], Tone>,
  instance: {
    starting: 'busy',
    running: 'good',
    stopping: 'busy',
    stopped: 'idle',
    failed: 'bad',
    unreachable: 'bad',
    healthy: 'good',
    unhealthy: 'warning',
  } satisfies Record<InstanceStatus | Exclude<Health, 'unknown'>, Tone>,
  step: { passed: 'good', failed: 'bad', skipped: 'idle', running: 'busy' } satisfies Record<TestStep['status'] | 'running', Tone>,
  check: { ok: 'good', warning: 'warning', failed: 'bad' } satisfies Record<Check['status'], Tone>,
  line: { added: 'good', valid: 'good', exists: 'warning', invalid: 'bad' },
} as const

export type StatusKind = keyof typeof STATUS_TONES

export function toneOf(kind: StatusKind, value: string): Tone {
  return (STATUS_TONES[kind] as Record<string, Tone>)[value] ?? 'idle'
}

/** One word for an instance: while it runs, its health says more than its status. */
export function instanceState(instance: Pick<Instance, 'status' | 'health'>): keyof (typeof STATUS_TONES)['instance'] {
  return instance.status === 'running' && instance.health !== 'unknown' ? instance.health : instance.status
}
