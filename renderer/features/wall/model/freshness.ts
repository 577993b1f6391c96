/** The wall asks anew this often, whether anything happened or not. */
export const REFRESH_MS = 5000
/** Data that is older than this was missed several times. */
export const STALE_MS = 3 * REFRESH_MS
/** A line that is back by then was hardly gone. */
const GRACE_MS = 2000

export interface Freshness {
  /** When the line was lost; null while it is there. */
  lostAt: number | null
  /** When the data was read; null = not yet. */
  loadedAt: number | null
  startedAt: number
}

/** Whether the picture can no longer be trusted at `now`. Pure. */
export function isStale({ lostAt, loadedAt, startedAt }: Freshness, now: number): boolean {
  if (lostAt !== null && now - lostAt >= GRACE_MS) return true
  return now - (loadedAt ?? startedAt) >= STALE_MS
}
