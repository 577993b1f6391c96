import type { Event } from '../../../core/contract/index.ts'

export interface EventFilter {
  app?: string
  host?: string
  instance?: string
  /** A kind ("app.scaled") or a family ("app"). */
  kind?: string
}

/** The same choice the server makes, for events that arrive live. */
export function matchesFilter(event: Event, filter: EventFilter): boolean {
  if (filter.app !== undefined && event.app !== filter.app) return false
  if (filter.host !== undefined && event.host !== filter.host) return false
  if (filter.instance !== undefined && event.instance !== filter.instance) return false
  return filter.kind === undefined || event.kind === filter.kind || event.kind.startsWith(`${filter.kind}.`)
}

/** Numbers of a placement, which the placement page shows in full. */
const ELSEWHERE = new Set(['score', 'feasible', 'considered'])

const isPlain = (value: unknown): value is string | number | boolean => ['string', 'number', 'boolean'].includes(typeof value)

/** What an event says beyond its kind, as short pairs; structured values that no person could read are left out. */
export function eventDetails(event: Event): { key: string; value: string }[] {
  return Object.entries(event.data).flatMap(([key, value]) => {
    if (ELSEWHERE.has(key) || (event.kind === 'app.created' && key === 'paths')) return []
    if (key === 'message' && event.data['cause'] !== undefined && String(value).startsWith('stopped')) return []
    const text = (Array.isArray(value) ? value : [value]).filter(isPlain).join(', ')
    return text === '' ? [] : [{ key, value: text }]
  })
}
