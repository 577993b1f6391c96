import { unprocessable } from '../../base/app-error.ts'
import type { Bins } from './load.ts'

export interface CsvLoad extends Bins {
  gaps: number
  value: 'count' | 'rate'
}

export interface CsvOptions {
  /** Left out: told by the heading; without one, a value counts the requests of its bin. */
  value?: 'count' | 'rate' | undefined
  /** Width of a bin, where the file has no times and does not say. */
  binSeconds?: number | undefined
}

const MAX_BINS = 5_000_000
const GAP = /^(|gap|na|n\/a|nan|null|none|-)$/i
const RATE = /^(rps|rate|qps|requests?[_/ -]?per[_ -]?second|req\/s|r\/s)$/i
const STEP = /\bstep\s*=\s*(\d+(?:\.\d+)?)\s*s?\b/i
const START = /\bstart\s*=\s*(\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|\s?[+-]\d{2}:?\d{2})?)/i

interface Row {
  line: number
  /** Seconds since the epoch, or since the start. */
  at: number | null
  value: number | null
}

/**
 * Reads a recorded load. Columns are time (seconds, or ISO 8601) and value; or the value alone, where a comment says
 * "# start=…; step=60s" or the width of a bin is given. An empty value, "gap" or "NaN" marks a gap, and so does a missing line.
 */
export function parseLoadCsv(text: string, options: CsvOptions = {}): CsvLoad {
  const comments: string[] = []
  const rows: Row[] = []
  let heading: string[] | null = null
  let line = 0
  for (const raw of text.split('\n')) {
    line++
    const content = raw.trim()
    if (content === '') continue
    if (content.startsWith('#')) {
      comments.push(content)
      continue
    }
    const cells = content.split(/[,;\t]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
    if (rows.length === 0 && heading === null && cells.every((cell) => !isValue(cell) && timeOf(cell) === null)) {
      heading = cells
      continue
    }
    rows.push(rowOf(cells, line))
    if (rows.length > MAX_BINS) throw bad(line, `there are more than ${MAX_BINS} bins`)
  }
  if (rows.length < 2) throw bad(line, 'a load needs at least two bins; write "time,requests" lines')
  const value = options.value ?? (RATE.test(heading?.at(-1) ?? '') ? 'rate' : 'count')
  const bins = rows[0]?.at === null ? untimed(rows, comments.join(' '), options) : timed(rows)
  if (value === 'count')
    for (let index = 0; index < bins.rates.length; index++) bins.rates[index] = (bins.rates[index] ?? 0) / bins.binSeconds
  let gaps = 0
  for (const rate of bins.rates) if (Number.isNaN(rate)) gaps++
  if (gaps === bins.rates.length) throw bad(line, 'every bin is a gap')
  return { ...bins, gaps, value }
}

const isValue = (cell: string) => cell !== '' && Number.isFinite(Number(cell))

function rowOf(cells: string[], line: number): Row {
  const [first = '', second] = cells
  if (second === undefined) return { line, at: null, value: valueOf(first, line) }
  const at = timeOf(first)
  if (at === null) throw bad(line, `"${first.slice(0, 40)}" is no time: write seconds, or ISO 8601 as in 2026-11-11T00:00:00Z`)
  return { line, at, value: valueOf(second, line) }
}

function timeOf(cell: string): number | null {
  if (isValue(cell)) return Number(cell)
  if (!/^\d{4}-\d{2}-\d{2}/.test(cell)) return null
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/.test(cell)
  const ms = Date.parse(hasZone ? cell : `${cell.replace(' ', 'T')}${cell.length > 10 ? 'Z' : ''}`)
  return Number.isNaN(ms) ? null : ms / 1000
}

function valueOf(cell: string, line: number): number | null {
  if (GAP.test(cell)) return null
  const value = Number(cell)
  if (!Number.isFinite(value)) throw bad(line, `"${cell.slice(0, 40)}" is no number; leave a gap empty`)
  if (value < 0) throw bad(line, `${cell} is below 0; leave a gap empty`)
  return value
}

function untimed(rows: readonly Row[], comments: string, options: CsvOptions): Bins {
  const binSeconds = options.binSeconds ?? Number(STEP.exec(comments)?.[1] ?? Number.NaN)
  if (!(binSeconds > 0)) throw bad(1, 'there are no times: say how wide a bin is, with "# step=60s" or --bin SECONDS')
  const timedRow = rows.find(({ at }) => at !== null)
  if (timedRow) throw bad(timedRow.line, 'some lines have a time and some have none')
  const start = START.exec(comments)?.[1]
  return {
    startMs: start ? Date.parse(start.replace(' ', '')) || 0 : 0,
    binSeconds,
    rates: Float64Array.from(rows, ({ value }) => value ?? Number.NaN),
  }
}

function timed(rows: readonly Row[]): Bins {
  const times = rows.map(({ at, line }) => {
    if (at === null) throw bad(line, 'some lines have a time and some have none')
    return at
  })
  const steps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
  const backwards = steps.findIndex((step) => step <= 0)
  if (backwards >= 0) throw bad(rows[backwards + 1]?.line ?? 0, 'times must rise from line to line')
  const binSeconds = [...steps].sort((one, other) => one - other)[Math.floor(steps.length / 2)] ?? 1
  const first = times[0] ?? 0
  const count = Math.round(((times.at(-1) ?? first) - first) / binSeconds) + 1
  if (count > MAX_BINS) throw bad(rows.at(-1)?.line ?? 0, `from first to last line there are more than ${MAX_BINS} bins of ${binSeconds} s`)
  const rates = new Float64Array(count).fill(Number.NaN)
  rows.forEach(({ value }, index) => {
    if (value !== null) rates[Math.round(((times[index] ?? first) - first) / binSeconds)] = value
  })
  return { startMs: Math.round(first * 1000), binSeconds, rates }
}

function bad(line: number, message: string) {
  return unprocessable([{ field: `line ${line}`, message }])
}
