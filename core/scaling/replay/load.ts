/** A recorded load: requests per second of each step of time. */
export interface Load {
  startMs: number
  stepSeconds: number
  /** NaN where nothing was recorded. */
  rates: Float64Array
  /** How the file was understood, for the reader to check. */
  read: { bins: number; binSeconds: number; gaps: number; value: 'count' | 'rate' }
}

export interface Bins {
  startMs: number
  binSeconds: number
  /** Requests per second; NaN where nothing was recorded. */
  rates: Float64Array
}

/**
 * Makes steps out of bins: a bin's rate holds at its middle, and between the middles it changes evenly. Steps that touch a gap
 * are gaps, unless gaps are to be bridged.
 */
export function toSteps(
  bins: Bins,
  stepSeconds: number,
  gaps: 'keep' | 'bridge' = 'keep',
): Pick<Load, 'startMs' | 'stepSeconds' | 'rates'> {
  const source = gaps === 'bridge' ? bridge(bins.rates) : bins.rates
  const last = source.length - 1
  const rates = new Float64Array(Math.floor((source.length * bins.binSeconds) / stepSeconds))
  for (let step = 0; step < rates.length; step++) {
    const position = ((step + 0.5) * stepSeconds) / bins.binSeconds - 0.5
    const before = Math.max(0, Math.floor(position))
    const after = Math.min(last, before + 1)
    const share = Math.min(1, Math.max(0, position - before))
    const from = source[before] ?? Number.NaN
    const to = source[after] ?? Number.NaN
    rates[step] = share === 0 ? from : share === 1 ? to : from + (to - from) * share
  }
  return { startMs: bins.startMs, stepSeconds, rates }
}

/** Fills gaps evenly from the value before to the value after. */
export function bridge(rates: Float64Array): Float64Array {
  const filled = rates.slice()
  let known = -1
  for (let index = 0; index < filled.length; index++) {
    const value = filled[index] ?? Number.NaN
    if (Number.isNaN(value)) continue
    const from = known < 0 ? value : (filled[known] ?? value)
    for (let inside = known + 1; inside < index; inside++) filled[inside] = from + ((value - from) * (inside - known)) / (index - known)
    known = index
  }
  for (let index = known + 1; index < filled.length && known >= 0; index++) filled[index] = filled[known] ?? 0
  return filled
}

/** The same load, its highest rate brought to `peak`. */
export function scaleToPeak(rates: Float64Array, peak: number): Float64Array {
  let highest = 0
  for (const rate of rates) if (rate > highest) highest = rate
  return highest > 0 ? rates.map((rate) => (rate * peak) / highest) : rates
}
