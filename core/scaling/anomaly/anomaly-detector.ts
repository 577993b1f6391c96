const LONG_WINDOW = 6400
const DAY_MS = 86_400_000
const SLOTS_OF_DAY = 96
const SHORT_MEAN = 10
/** Within so many values after an alarm only a stronger one is a new alarm. */
const EPISODE = 150
/** One deviation counts for no more than this many standard deviations. */
const MOST = 20
const FAST = 0.02
const SLOT_GAIN = 0.05
const SEASONAL_NOISE_GAIN = 0.005
const SHIFT_GAIN = 0.0005

/** Mean and variance that forget at a stated rate, and count the first values in full. */
class Fading {
  mean = 0
  variance = 0
  #count = 0
  readonly #gain: number

  constructor(gain: number) {
    this.#gain = gain
  }

  /** How many standard deviations away a value lies; `least` stands in for a deviation of nothing. */
  distance(value: number, least: number): number {
    return Math.abs(value - this.mean) / (Math.sqrt(this.variance) + least)
  }

  add(value: number): void {
    this.#count++
    const gain = Math.max(1 / this.#count, this.#gain)
    const difference = value - this.mean
    this.mean += gain * difference
    this.variance += gain * (difference * difference - this.variance)
  }

  get count(): number {
    return this.#count
  }
}

/**
 * Says of each value of any series how unusual it is, from the values before it alone: the mean distance, in standard
 * deviations, from the long run, from the last while, from the same time on other days, and of the last ten values together.
 * `alarm` is that number where it is the highest for a while, else 0: one alarm for one episode.
 */
export class AnomalyDetector {
  readonly #long: number[] = []
  #head = 0
  #sum = 0
  #squares = 0
  readonly #recent = new Fading(FAST)
  readonly #slots = new Map<number, { mean: number; count: number }>()
  readonly #seasonalNoise = new Fading(SEASONAL_NOISE_GAIN)
  readonly #shift = new Fading(SHIFT_GAIN)
  readonly #last: number[] = []
  readonly #episode: { index: number; score: number }[] = []
  #index = 0
  #lowest = Infinity
  #highest = -Infinity

  next(atMs: number, value: number): { score: number; alarm: number } {
    this.#lowest = Math.min(this.#lowest, value)
    this.#highest = Math.max(this.#highest, value)
    const least = 1e-6 + (this.#highest - this.#lowest) * 0.001
    this.#last.push(value)
    if (this.#last.length > SHORT_MEAN) this.#last.shift()
    const count = this.#long.length - this.#head
    const mean = count > 0 ? this.#sum / count : value
    const slot = Math.floor(((atMs % DAY_MS) / DAY_MS) * SLOTS_OF_DAY)
    const shift = this.#last.reduce((sum, one) => sum + one, 0) / this.#last.length - mean
    const distances = [
      count > 10 ? Math.abs(value - mean) / (this.#longDeviation(count, mean) + least) : 0,
      count > 10 ? this.#recent.distance(value, least) : 0,
      this.#seasonal(slot, value, least),
      this.#shift.count > 30 ? this.#shift.distance(shift, least) : 0,
    ]
    const score = distances.reduce((sum, distance) => sum + Math.min(MOST, distance), 0) / distances.length
    this.#learn(value, slot)
    if (this.#index > SHORT_MEAN) this.#shift.add(shift)
    return { score, alarm: this.#alarm(score) }
  }

  #longDeviation(count: number, mean: number): number {
    return Math.sqrt(Math.max(0, this.#squares / count - mean * mean))
  }

  #seasonal(slot: number, value: number, least: number): number {
    const usual = this.#slots.get(slot)
    return usual && usual.count > 2 ? Math.abs(value - usual.mean) / (Math.sqrt(this.#seasonalNoise.variance) + least) : 0
  }

  #learn(value: number, slot: number): void {
    this.#long.push(value)
    this.#sum += value
    this.#squares += value * value
    if (this.#long.length - this.#head > LONG_WINDOW) {
      const gone = this.#long[this.#head++] ?? 0
      this.#sum -= gone
      this.#squares -= gone * gone
      if (this.#head === LONG_WINDOW) {
        this.#long.splice(0, LONG_WINDOW)
        this.#head = 0
      }
    }
    this.#recent.add(value)
    const usual = this.#slots.get(slot)
    if (!usual) this.#slots.set(slot, { mean: value, count: 1 })
    else {
      if (usual.count > 2) this.#seasonalNoise.add(value - usual.mean)
      usual.mean += Math.max(1 / (usual.count + 1), SLOT_GAIN) * (value - usual.mean)
      usual.count++
    }
  }

  #alarm(score: number): number {
    while ((this.#episode[0]?.index ?? this.#index) < this.#index - EPISODE) this.#episode.shift()
    const isHighest = score > (this.#episode[0]?.score ?? -1)
    while (this.#episode.length > 0 && (this.#episode.at(-1)?.score ?? 0) <= score) this.#episode.pop()
    this.#episode.push({ index: this.#index, score })
    this.#index++
    return isHighest ? score : 0
  }
}
