export interface Candidate {
  id: string
  state: 'waiting' | 'starting' | 'ready' | 'draining'
  protected: boolean
  startedAt: number
}

export interface Picked {
  ids: string[]
  /** Why fewer were picked than asked for; empty where not. */
  reason: string
}

const ORDER = { waiting: 0, starting: 1, ready: 2, draining: 3 } as const

/** Which instances to let go: those that serve nobody yet first, then the newest; never protected ones, never one that goes already. */
export function pickVictims(candidates: readonly Candidate[], count: number): Picked {
  const free = candidates.filter((one) => !one.protected && one.state !== 'draining')
  const ids = [...free]
    .sort((one, other) => ORDER[one.state] - ORDER[other.state] || other.startedAt - one.startedAt || (one.id < other.id ? -1 : 1))
    .slice(0, count)
    .map(({ id }) => id)
  if (ids.length >= count) return { ids, reason: '' }
  const kept = candidates.filter((one) => one.protected).length
  return { ids, reason: `${ids.length} of ${count}: ${kept} protected, ${candidates.length - free.length - kept} draining` }
}
