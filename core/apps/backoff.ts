import { parseDuration, type AppSpec } from '../contract/index.ts'

export interface FailureRecord {
  failures: number
  lastFailureAt: number | null
}

/**
 * When the next instance may start after failures: `initial · factor^(failures−1)`, at most `max`, after the last failure.
 * Null when nothing has to wait. Marathon's launch back-off (1 s × 1.15, cap 300 s, reached at the 42nd failure).
 */
export function backoffUntil(backoff: AppSpec['backoff'], record: FailureRecord): number | null {
  if (record.failures === 0 || record.lastFailureAt === null) return null
  const initialMs = parseDuration(backoff.initial) ?? 0
  const maxMs = parseDuration(backoff.max) ?? 0
  return record.lastFailureAt + Math.round(Math.min(maxMs, initialMs * backoff.factor ** (record.failures - 1)))
}

/** The record after one more failure. Failures are forgotten once none has happened for longer than the longest delay. */
export function recordFailure(backoff: AppSpec['backoff'], record: FailureRecord, now: number): FailureRecord {
  const maxMs = parseDuration(backoff.max) ?? 0
  const calm = record.lastFailureAt !== null && now - record.lastFailureAt > maxMs
  return { failures: calm ? 1 : record.failures + 1, lastFailureAt: now }
}
