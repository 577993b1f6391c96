const MAX_FAILED_STARTS = 3
const FIRST_RETRY_MS = 5000
const LONGEST_RETRY_MS = 300_000
const SHORT_ALARM_MS = 60_000

/** A scale-out under way: asked for once, carried out in parts, never ordered twice. */
export interface Order {
  /** The same decision always makes the same id, whoever carries it out. */
  id: string
  app: string
  decidedAt: number
  from: number
  to: number
  started: number
  failedStarts: number
  lastTryAt: number | null
  reason: string
  firstReadyAt: number | null
  halfReadyAt: number | null
  allReadyAt: number | null
}

export interface Try {
  started: number
  failed: number
  /** The scheduler's own sentence where not all could be started. */
  reason: string
}

export function newOrder(app: string, decision: { at: number; current: number; wanted: number }): Order {
  const { at, current, wanted } = decision
  return {
    id: `${app}:${at}:${current}-${wanted}`,
    app,
    decidedAt: at,
    from: current,
    to: wanted,
    started: 0,
    failedStarts: 0,
    lastTryAt: null,
    reason: '',
    firstReadyAt: null,
    halfReadyAt: null,
    allReadyAt: null,
  }
}

/** Those of an order that still wait for a place. They count as ordered, so that no later decision orders them again. */
export const waitingOf = (order: Order) => Math.max(0, order.to - order.from - order.started)

export type Next = { do: 'start'; count: number } | { do: 'wait'; until: number } | { do: 'stop'; alarm: string } | { do: 'nothing' }

/** What to do for an order now: start what is missing, wait for the next try, or stop where instances do not come up. */
export function nextStep(order: Order, now: number): Next {
  const count = waitingOf(order)
  if (order.failedStarts >= MAX_FAILED_STARTS)
    return { do: 'stop', alarm: `${order.failedStarts} instances did not start: ${order.reason}` }
  if (count === 0) return { do: 'nothing' }
  if (order.lastTryAt === null) return { do: 'start', count }
  const tries = Math.floor(Math.log2(Math.max(1, (order.lastTryAt - order.decidedAt) / FIRST_RETRY_MS)))
  const until = order.lastTryAt + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, tries))
  return now >= until ? { do: 'start', count } : { do: 'wait', until }
}

export function afterTry(order: Order, tried: Try, now: number): Order {
  return {
    ...order,
    started: order.started + tried.started,
    failedStarts: order.failedStarts + tried.failed,
    lastTryAt: now,
    reason: tried.reason,
  }
}

/** Takes in how many of the ordered instances serve now. */
export function afterReady(order: Order, ready: number, now: number): Order {
  const size = order.to - order.from
  return {
    ...order,
    firstReadyAt: order.firstReadyAt ?? (ready >= 1 ? now : null),
    halfReadyAt: order.halfReadyAt ?? (ready >= size / 2 ? now : null),
    allReadyAt: order.allReadyAt ?? (ready >= size ? now : null),
  }
}

/** An alarm where instances wait for a place for over a minute; empty otherwise. */
export function shortage(order: Order, now: number): string {
  const waiting = waitingOf(order)
  return waiting > 0 && now - order.decidedAt >= SHORT_ALARM_MS
    ? `${waiting} of ${order.to - order.from} wait for a place: ${order.reason}`
    : ''
}

/** How long a scale-out took, from the decision on, in ms; null where that is not reached. */
export function scaleReport(order: Order): { toFirst: number | null; toHalf: number | null; toAll: number | null } {
  const since = (at: number | null) => (at === null ? null : at - order.decidedAt)
  return { toFirst: since(order.firstReadyAt), toHalf: since(order.halfReadyAt), toAll: since(order.allReadyAt) }
}
