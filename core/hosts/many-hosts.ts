import { AppError } from '../base/app-error.ts'
import type { Host, HostOutcome } from '../contract/index.ts'

/**
 * Does the same to each of many hosts, one after the other. A host that refuses does not hold up the rest: its outcome says why.
 * `act` returns the host as it is afterwards, `before` how it was.
 */
export async function toEach(
  names: readonly string[],
  act: { before: (name: string) => Promise<Host>; change: (name: string, host: Host) => Promise<Host> },
): Promise<{ items: HostOutcome[] }> {
  const items: HostOutcome[] = []
  for (const name of new Set(names)) {
    try {
      const before = await act.before(name)
      const after = await act.change(name, before)
      const same = before.scheduling === after.scheduling && sameLabels(before.labels, after.labels)
      items.push({ name, outcome: same ? 'unchanged' : 'changed', code: '', message: '' })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      items.push({ name, outcome: 'failed', code: error.code, message: error.message })
    }
  }
  return { items }
}

export function sameLabels(one: Host['labels'], other: Host['labels']): boolean {
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key])
}

/** Labels with some set and some taken away. Pure. */
export function changedLabels(labels: Host['labels'], change: { set: Host['labels']; remove: readonly string[] }): Host['labels'] {
  const removed = new Set(change.remove)
  return Object.fromEntries(Object.entries({ ...labels, ...change.set }).filter(([key]) => !removed.has(key)))
}
