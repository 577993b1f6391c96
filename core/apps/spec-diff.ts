import diff from 'microdiff'
import type { z } from 'zod'
import type { AppSpec, SpecChange } from '../contract/index.ts'

type Change = z.output<typeof SpecChange>

/** Fields that can change while an instance runs. A change of any other one replaces the instances. */
const LIVE_FIELDS: ReadonlySet<string> = new Set<keyof AppSpec>([
  'description',
  'labels',
  'instances',
  'healthChecks',
  'metrics',
  'backoff',
  'spread',
  'update',
  'unreachable',
])

/** What differs between two parsed specifications, field by field. Environment values are shown; secrets are names only. */
export function diffSpecs(from: AppSpec | null, to: AppSpec): Change[] {
  const kinds = { CREATE: 'added', REMOVE: 'removed', CHANGE: 'changed' } as const
  return diff(from ?? {}, to).map((entry) => ({
    path: entry.path.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : path ? `${path}.${key}` : key), ''),
    kind: kinds[entry.type],
    ...(entry.type === 'CREATE' ? {} : { from: entry.oldValue as unknown }),
    ...(entry.type === 'REMOVE' ? {} : { to: entry.value as unknown }),
  }))
}

/** Whether going from one specification to the other needs new instances. */
export function replacesInstances(changes: readonly Change[]): boolean {
  return changes.some((change) => !LIVE_FIELDS.has(change.path.split(/[.[]/)[0] ?? ''))
}
