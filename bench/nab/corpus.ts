import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { firstOf, refuse } from '../data-dir.ts'

export interface Series {
  name: string
  at: number[]
  values: number[]
  /** First and last row of each labelled anomaly. */
  windows: [first: number, last: number][]
}

/** Every series of the Numenta Anomaly Benchmark below a folder, as `nab/` or itself. */
export function readCorpus(dir: string): Series[] {
  const labels = firstOf(dir, ['nab/labels/combined_windows.json', 'labels/combined_windows.json'])
  const data = firstOf(dir, ['nab/data', 'data'])
  if (labels === undefined || data === undefined) refuse(`${dir} has no NAB corpus: labels/combined_windows.json and data/`)
  const windows = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, [string, string][]>
  return readdirSync(data).flatMap((group) =>
    readdirSync(join(data, group))
      .filter((file) => /[.]csv([.]gz)?$/.test(file))
      .map((file) => seriesOf(`${group}/${file.replace(/[.]gz$/, '')}`, read(join(data, group, file)), windows)),
  )
}

function read(path: string): string {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

function seriesOf(name: string, text: string, labels: Record<string, [string, string][]>): Series {
  const rows = text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
  const at = rows.map(([time = '']) => instant(time))
  const windows = (labels[name] ?? []).map(([from, to]): [number, number] => [
    at.findIndex((one) => one >= instant(from)),
    at.findLastIndex((one) => one <= instant(to)),
  ])
  return { name, at, values: rows.map(([, value]) => Number(value)), windows }
}

const instant = (text: string) => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`)
