const HOUR_MS = 3_600_000

/** The time ranges that charts offer. */
export const RANGES_MS = [HOUR_MS / 4, HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 7 * 24 * HOUR_MS] as const
export const DEFAULT_RANGE_MS = RANGES_MS[0]
