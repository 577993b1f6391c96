import type { Series } from './corpus.ts'

/** What a miss and a false alarm cost, relative to a hit. */
const PROFILES = { standard: { miss: 1, falseAlarm: 0.11 }, lowFP: { miss: 1, falseAlarm: 0.22 }, lowFN: { miss: 2, falseAlarm: 0.11 } }
export type Profile = keyof typeof PROFILES

interface Detection {
  score: number
  /** Null outside all windows. */
  window: string | null
  worth: number
}

/** NAB's score of each profile: its best threshold over the whole corpus; 0 = no detector, 100 = perfect. */
export function score(corpus: readonly Series[], alarms: readonly (readonly number[])[]): Record<Profile, number> {
  const detections = corpus.flatMap((series, index) => detectionsOf(series, alarms[index] ?? []))
  detections.sort((one, other) => other.score - one.score)
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0)
  return {
    standard: best(detections, windows, 'standard'),
    lowFP: best(detections, windows, 'lowFP'),
    lowFN: best(detections, windows, 'lowFN'),
  }
}

function best(detections: readonly Detection[], windows: number, profile: Profile): number {
  const { miss, falseAlarm } = PROFILES[profile]
  const hits = new Map<string, number>()
  let total = -miss * windows
  let highest = total
  detections.forEach(({ score: one, window, worth }, index) => {
    if (window === null) total += worth * falseAlarm
    else {
      const before = hits.get(window)
      if (before === undefined) total += miss + worth
      else total += Math.max(0, worth - before)
      hits.set(window, Math.max(worth, before ?? -Infinity))
    }
    const isLastOfThreshold = detections[index + 1]?.score !== one
    if (isLastOfThreshold && total > highest) highest = total
  })
  return (100 * (highest + miss * windows)) / (windows + miss * windows)
}

/** The first 15 % of a series, of at most 5,000 rows, are for learning and not scored. */
function detectionsOf({ name, values, windows }: Series, alarms: readonly number[]): Detection[] {
  const learning = Math.min(Math.floor(0.15 * values.length), 0.15 * 5000)
  const found: Detection[] = []
  let next = 0
  let past: readonly [number, number] | null = null
  for (let row = 0; row < values.length; row++) {
    while ((windows[next]?.[1] ?? Infinity) < row) past = windows[next++] ?? null
    const alarm = alarms[row] ?? 0
    if (row < learning || !(alarm > 0)) continue
    const [first, last] = windows[next] ?? [Infinity, Infinity]
    if (row >= first) found.push({ score: alarm, window: `${name}#${next}`, worth: early(-(last - row + 1) / (last - first + 1)) })
    else found.push({ score: alarm, window: null, worth: past ? sigmoid((row - past[1]) / (past[1] - past[0])) : -1 })
  }
  return found
}

const sigmoid = (position: number) => (position > 3 ? -1 : 2 / (1 + Math.exp(5 * position)) - 1)
const early = (position: number) => sigmoid(position) / sigmoid(-1)
