import { PEAK, STEP_SECONDS, type Trace } from './traces.ts'
import { scaleToPeak } from '../../core/scaling/index.ts'

const DAY_SECONDS = 86_400
const SALE_AT = DAY_SECONDS + 20 * 3600

/** The flash sale: 200 a second, twenty times that within 5 s at 20:00 of the second day, held for 60 s, halving every 180 s. */
export function flashSale(): Trace & { saleAtMs: number } {
  const rates = new Float64Array((2 * DAY_SECONDS) / STEP_SECONDS)
  for (let step = 0; step < rates.length; step++) {
    const since = step * STEP_SECONDS - SALE_AT
    rates[step] = since < 0 ? 200 : since < 5 ? 200 + (3800 * since) / 5 : since < 65 ? PEAK : 200 + 3800 * 0.5 ** ((since - 65) / 180)
  }
  const saleAtMs = SALE_AT * 1000
  return { name: 'flash-sale', rates, saleAtMs, counted: { fromMs: saleAtMs - 3_600_000, toMs: saleAtMs + 3_600_000 } }
}

/** Pseudo-random numbers from a seed (mulberry32), so that every run makes the same loads. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Loads that no recorded one looks like, made minute by minute with noise: nothing was chosen on them. */
export function syntheticTraces(days = 10): Trace[] {
  const shapes: Record<string, (minute: number, random: () => number) => number> = {
    'office-days': officeDays(),
    'jobs-every-47-min': (minute) => daily(minute, 0.3) * (minute % 47 < 6 ? 2.5 : 1),
    'random-walk': randomWalk(),
    'steps-and-outages': stepsAndOutages(),
    'match-days-few': matchDays(),
    'match-days-many': matchDays(),
    'quarter-hour-jobs': (minute, random) => daily(minute, 0.5) * (minute % 15 < 2 && random() < 0.9 ? 1.8 : 1),
  }
  return Object.entries(shapes).map(([name, shape], index) => {
    const random = randomFrom(index + 1)
    const minutes = Float64Array.from({ length: days * 1440 }, (_, minute) =>
      noisy(shape(minute, random) * (name.endsWith('many') ? 10_000 : 300), random),
    )
    return { name, rates: scaleToPeak(spread(minutes), PEAK) }
  })
}

const daily = (minute: number, depth: number) => 1 - depth * Math.cos((2 * Math.PI * ((minute % 1440) - 240)) / 1440)

/** A count with the noise of independent arrivals, and a little more. */
function noisy(mean: number, random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(0, mean + normal * Math.sqrt(mean) * 1.5)
}

function spread(minutes: Float64Array): Float64Array {
  const perBin = 60 / STEP_SECONDS
  return Float64Array.from({ length: minutes.length * perBin }, (_, step) => {
    const position = (step + 0.5) / perBin - 0.5
    const before = Math.max(0, Math.floor(position))
    const from = minutes[before] ?? 0
    return from + ((minutes[before + 1] ?? from) - from) * Math.max(0, position - before)
  })
}

function officeDays() {
  return (minute: number) => {
    const day = Math.floor(minute / 1440) % 7
    const hour = (minute % 1440) / 60
    const atWork = hour > 8 && hour < 18 ? Math.min(1, (hour - 8) * 2, (18 - hour) * 2) : 0
    return 0.2 + (day < 5 ? 1 : 0.15) * atWork * (hour > 12 && hour < 13 ? 0.7 : 1)
  }
}

function randomWalk() {
  let level = 0
  return (_minute: number, random: () => number) => {
    level += (random() - 0.5) * 0.06 - level * 0.0005
    return Math.exp(level)
  }
}

function stepsAndOutages() {
  let level = 1
  let outageUntil = 0
  return (minute: number, random: () => number) => {
    if (random() < 1 / 180) level = 0.3 + random() * 1.7
    if (random() < 1 / 2000) outageUntil = minute + 5 + random() * 40
    return minute < outageUntil ? 0 : level
  }
}

function matchDays() {
  const starts = [
    [1, 16],
    [2, 19],
    [4, 16],
    [5, 20],
    [6, 15],
    [8, 19],
    [9, 16],
  ]
  return (minute: number) => {
    const surge = starts.reduce((sum, [day = 0, hour = 0]) => {
      const since = minute - day * 1440 - hour * 60
      return sum + (since < -90 || since > 240 ? 0 : since < 0 ? (since + 90) / 90 : since < 110 ? 1 : Math.max(0, 1 - (since - 110) / 130))
    }, 0)
    return 0.4 * daily(minute, 0.6) + 2 * surge
  }
}
