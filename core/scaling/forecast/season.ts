const HOUR = 3600
const DAY = 86_400

/** A length of repetition: how finely it is divided, when there is enough of it to be followed, how many rounds are remembered. */
export interface Season {
  name: string
  seconds: number
  slots: number
  trustedAfterSeconds: number
  rounds: number
}

export const NO_SEASON: Season = { name: 'none', seconds: 0, slots: 1, trustedAfterSeconds: 0, rounds: 0 }

/** Lengths that calendars and clocks give to load. None is followed before a day of it was seen. */
export const SEASONS: Record<'30m' | '1h' | '1d' | '1w', Season> = {
  '30m': { name: '30m', seconds: HOUR / 2, slots: 60, trustedAfterSeconds: DAY, rounds: 40 },
  '1h': { name: '1h', seconds: HOUR, slots: 60, trustedAfterSeconds: DAY, rounds: 40 },
  '1d': { name: '1d', seconds: DAY, slots: 96, trustedAfterSeconds: 3 * DAY, rounds: 10 },
  '1w': { name: '1w', seconds: 7 * DAY, slots: 168, trustedAfterSeconds: 15 * DAY, rounds: 6 },
}

/** Where in a season a moment lies, as the number of its slot. */
export function slotOf(season: Season, atSeconds: number): number {
  return season.seconds === 0 ? 0 : Math.floor(((atSeconds % season.seconds) / season.seconds) * season.slots)
}
