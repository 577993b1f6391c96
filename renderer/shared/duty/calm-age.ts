const MINUTE_MS = 60_000

/** An age in whole minutes once it is older than one: a screen full of running seconds is not calm. Pure. */
export function calmAge(ms: number): number {
  const age = Math.max(0, ms)
  return age < MINUTE_MS ? age : Math.floor(age / MINUTE_MS) * MINUTE_MS
}
