import type { Host, HostOutcome } from '../contract/index.ts'
import type { Tx } from '../store/index.ts'
import { loadHosts } from './hosts.table.ts'

/**
 * Does the same to each of many hosts in one transaction, and says of each what became of it: a host that is not there does not
 * hold up the rest. `change` returns whether it changed anything.
 */
export async function toEach(tx: Tx, names: readonly string[], change: (host: Host) => Promise<boolean>): Promise<HostOutcome[]> {
  const outcomes: HostOutcome[] = []
  const known = new Map((await loadHosts(tx.db, names)).map((host) => [host.name, host]))
  for (const name of new Set(names)) {
    const host = known.get(name)
    if (host) outcomes.push({ name, outcome: (await change(host)) ? 'changed' : 'unchanged', code: '', message: '' })
    else outcomes.push({ name, outcome: 'failed', code: 'NOT_FOUND', message: `there is no host called "${name}"` })
  }
  return outcomes
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
