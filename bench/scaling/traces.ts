import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { bridge, parseLoadCsv, scaleToPeak, toSteps } from '../../core/scaling/index.ts'
import { firstOf, refuse } from '../data-dir.ts'

export const STEP_SECONDS = 5
const DAY_SECONDS = 86_400
export const PEAK = 4000

export interface Trace {
  name: string
  rates: Float64Array
  counted?: { fromMs: number; toMs: number }
}

/** Which part of a recorded load is measured, as in the published baseline; days from its beginning. */
const WINDOWS: Record<string, { from: number; to: number }> = {
  'nasa-http-1995-07': { from: 2, to: 27 },
  'twitter-stream-2021-08': { from: 1, to: 22 },
}
const KNOWN = Object.keys(WINDOWS)
/** A run of nothing this long between busy times is a hole in the record, not a quiet hour. */
const HOLE_SECONDS = 900
const LARGEST_DAYS = 35

/**
 * The recorded loads of a folder: those of the published baseline, and any other that is one column of counts. Rates change evenly
 * between bins, gaps are bridged, and the highest rate becomes 4,000 requests per second.
 */
export function recordedTraces(dir: string): Trace[] {
  const folder = firstOf(dir, ['loads', '.']) ?? dir
  const files = readdirSync(folder).filter((file) => file.endsWith('.csv'))
  const traces = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const name = basename(file, '.csv').replace(/-\d+(min|s)$/, '')
    if (!KNOWN.includes(name) && !isLoad(text)) return []
    return [traceOf(name, text)]
  })
  const missing = KNOWN.filter((name) => !traces.some((trace) => trace.name === name))
  if (traces.length === 0) refuse(`${folder} has no recorded load; looked for ${KNOWN.join(', ')}`)
  for (const name of missing) process.stderr.write(`${folder} has no ${name}; it is left out\n`)
  return traces.sort((one, other) => rank(one.name) - rank(other.name))
}

const rank = (name: string) => (KNOWN.includes(name) ? KNOWN.indexOf(name) : KNOWN.length)

/** Counts or rates of requests, with or without times; tables of utilisation are something else. */
function isLoad(text: string): boolean {
  const heading = text.split('\n').find((line) => line !== '' && !line.startsWith('#')) ?? ''
  return /(^|,)\s*"?(count|requests?|rps|rate|load|hits|value)"?\s*$/i.test(heading) && heading.split(',').length <= 2
}

function traceOf(name: string, text: string): Trace {
  const bins = parseLoadCsv(text)
  const holes = withHoles(bins.rates, HOLE_SECONDS / bins.binSeconds)
  const { rates } = toSteps({ ...bins, rates: bridge(holes) }, STEP_SECONDS, 'bridge')
  const window = WINDOWS[name] ?? { from: 0, to: LARGEST_DAYS }
  const perDay = DAY_SECONDS / STEP_SECONDS
  return { name, rates: scaleToPeak(rates.slice(window.from * perDay, window.to * perDay), PEAK) }
}

function withHoles(rates: Float64Array, leastBins: number): Float64Array {
  const marked = rates.slice()
  for (let index = 0; index < marked.length; index++) {
    if (marked[index] !== 0) continue
    let end = index
    while (end < marked.length && marked[end] === 0) end++
    if (end - index >= leastBins) marked.fill(Number.NaN, index, end)
    index = end
  }
  return marked
}
