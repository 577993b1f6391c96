const HOUR_MS = 3_600_000
const MARGIN_SHARE = 0.25
const MARGIN_MS = 15_000
const READY_BEFORE_MS = 60_000

/** A known rush: a flash sale, a draw, a broadcast. */
export interface PlannedEvent {
  at: number
  /** Requests per second at its peak. */
  expectedPeak: number
  /** How sure that is: 0.7 = it may well be 30 % more. */
  confidence: number
}

export interface MeasuredStart {
  /** How many were started together. */
  batch: number
  ms: number
}

/** How long before an event instances are ordered: the 95th percentile of measured starts of at least such batches, and a margin. */
export function leadMs(starts: readonly MeasuredStart[], batch: number, otherwiseMs: number): number {
  const alike = starts.filter((start) => start.batch >= batch / 2)
  const sorted = (alike.length > 0 ? alike : starts).map(({ ms }) => ms).sort((one, other) => one - other)
  const slow = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? otherwiseMs
  return Math.round(slow * (1 + MARGIN_SHARE) + MARGIN_MS)
}

/** Instances the event needs: the expected peak, and more the less sure it is. */
export function instancesForEvent(event: PlannedEvent, target: number): number {
  return Math.ceil((event.expectedPeak * (2 - event.confidence)) / target - 1e-9)
}

/** When capacity is checked: at once, a day and an hour before. */
export function checkTimes(event: PlannedEvent, createdAt: number): number[] {
  return [createdAt, event.at - 24 * HOUR_MS, event.at - HOUR_MS].filter((at) => at >= createdAt && at <= event.at)
}

export type Readiness = { state: 'early' } | { state: 'due'; count: number } | { state: 'ready' } | { state: 'late'; alarm: string }

/** Where the pre-scaling of an event stands: not yet due, to be ordered now, there, or late a minute before. */
export function readiness(
  event: PlannedEvent,
  { needed, ready, lead }: { needed: number; ready: number; lead: number },
  now: number,
): Readiness {
  if (ready >= needed) return { state: 'ready' }
  if (now >= event.at - READY_BEFORE_MS)
    return {
      state: 'late',
      alarm: `${needed - ready} of ${needed} instances are missing ${Math.round((event.at - now) / 1000)} s before the event`,
    }
  return now >= event.at - lead - READY_BEFORE_MS ? { state: 'due', count: needed - ready } : { state: 'early' }
}
