/** One value of a series, summed up over a slot of time that starts at `at`. */
export interface Slot {
  at: number
  count: number
  sum: number
  min: number
  max: number
  last: number
}

const SECOND = 1000
const HOUR = 3_600_000
const DAY = 24 * HOUR

export const SAMPLE_INTERVAL_MS = 5 * SECOND

/** Lengths of slots, and how long slots of that length are kept. */
export const TIERS = [
  { table: 'rollups_10s', stepMs: 10 * SECOND, keepMs: 6 * HOUR },
  { table: 'rollups_1m', stepMs: 60 * SECOND, keepMs: 14 * DAY },
  { table: 'rollups_10m', stepMs: 600 * SECOND, keepMs: 400 * DAY },
] as const
export type Tier = (typeof TIERS)[number]
export const FINEST = TIERS[0]
export const COARSEST = TIERS[2]

/** More points in one series than that cannot be told apart on a screen. */
const MAX_POINTS = 2200
/** Slots that one query reads at most, over all series. */
const MAX_SLOTS = 200_000

export const slotStart = (at: number, stepMs: number): number => Math.floor(at / stepMs) * stepMs

/** Adds a later value to a slot. */
export function addValue(slot: Slot, value: number): void {
  slot.count++
  slot.sum += value
  slot.min = Math.min(slot.min, value)
  slot.max = Math.max(slot.max, value)
  slot.last = value
}

export const slotOf = (at: number, value: number): Slot => ({
  at: slotStart(at, FINEST.stepMs),
  count: 1,
  sum: value,
  min: value,
  max: value,
  last: value,
})

/** Merges slots into longer ones. The slots come in the order of time. */
export function mergeSlots(slots: readonly Slot[], stepMs: number): Slot[] {
  const merged: Slot[] = []
  for (const slot of slots) {
    const at = slotStart(slot.at, stepMs)
    const open = merged.at(-1)
    if (open?.at !== at) {
      merged.push({ ...slot, at })
      continue
    }
    open.count += slot.count
    open.sum += slot.sum
    open.min = Math.min(open.min, slot.min)
    open.max = Math.max(open.max, slot.max)
    open.last = slot.last
  }
  return merged
}

/** The finest tier that still holds the beginning of the range and does not make too many points. */
export function chooseTier(range: { from: number; to: number; now: number; seriesCount: number }): Tier {
  const { from, to, now, seriesCount } = range
  const suits = (tier: Tier) => {
    const points = (to - from) / tier.stepMs
    return from >= now - tier.keepMs && points <= MAX_POINTS && points * seriesCount <= MAX_SLOTS
  }
  return TIERS.find(suits) ?? COARSEST
}

/**
 * The share of a slot that a series lived through, for sums over instances: when twelve instances replace twelve others within
 * ten minutes, both sets together must not count as twenty-four. Short slots and small gaps count as whole.
 */
export function presence(slot: Slot, stepMs: number, now: number): number {
  if (stepMs <= FINEST.stepMs) return 1
  const elapsedMs = Math.min(stepMs, Math.max(SAMPLE_INTERVAL_MS, now - slot.at))
  return Math.min(1, slot.count / ((0.8 * elapsedMs) / SAMPLE_INTERVAL_MS))
}

/** Puts points in a row without holes in time: null where nothing was measured. */
export function withGaps(points: readonly (readonly [number, number])[], stepMs: number): [number, number | null][] {
  const filled: [number, number | null][] = []
  for (const [at, value] of points) {
    for (let missing = (filled.at(-1)?.[0] ?? at) + stepMs; missing < at; missing += stepMs) filled.push([missing, null])
    filled.push([at, value])
  }
  return filled
}
