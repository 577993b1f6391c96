/** One line of a page in the Prometheus text format. */
export interface Sample {
  name: string
  labels: Readonly<Record<string, string>>
  value: number
  /** When it was measured, ms since the epoch, if the page says so. */
  at: number | null
}

export interface Page {
  samples: Sample[]
  /** Type of each family that declares one. */
  types: ReadonlyMap<string, string>
  /** Lines that could not be read and were left out. */
  unreadable: number
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,?)/y
const REST = /\s+(\S+)(?:\s+(-?\d+))?\s*(?:#.*)?$/y
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const SPECIAL: Record<string, number> = { '+inf': Infinity, inf: Infinity, '-inf': -Infinity, nan: NaN }

/** Reads the Prometheus text format 0.0.4. A line that is not well formed is counted and left out; the others are kept. */
export function parsePrometheusText(text: string): Page {
  const samples: Sample[] = []
  const types = new Map<string, string>()
  let unreadable = 0
  for (const line of text.split('\n')) {
    const trimmed = line.trim()
    if (trimmed === '') continue
    if (trimmed.startsWith('#')) {
      const [, keyword, name, type] = trimmed.split(/\s+/)
      if (keyword === 'TYPE' && name !== undefined && type !== undefined) types.set(name, type)
      continue
    }
    const sample = parseSample(trimmed)
    if (sample) samples.push(sample)
    else unreadable++
  }
  return { samples, types, unreadable }
}

function match(pattern: RegExp, text: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from
  return pattern.exec(text)
}

function parseSample(line: string): Sample | null {
  const name = match(NAME, line, 0)?.[0]
  if (name === undefined) return null
  let position = name.length
  const labels: Record<string, string> = {}
  const brace = /\s*\{/y
  if (match(brace, line, position)) {
    position = brace.lastIndex
    for (let found = match(LABEL, line, position); found; found = match(LABEL, line, position)) {
      labels[found[1] ?? ''] = unescape(found[2] ?? '')
      position = LABEL.lastIndex
      if (found[3] === '') break
    }
    const end = /\s*\}/y
    if (!match(end, line, position)) return null
    position = end.lastIndex
    // A value may follow the closing brace without a space.
    line = `${line.slice(0, position)} ${line.slice(position)}`
  }
  const rest = match(REST, line, position)
  const value = parseValue(rest?.[1] ?? '')
  if (value === undefined) return null
  return { name, labels, value, at: rest?.[2] === undefined ? null : Number(rest[2]) }
}

function parseValue(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : SPECIAL[text.toLowerCase()]
}

function unescape(text: string): string {
  return text.replaceAll(/\\(.)/g, (whole, character: string) =>
    character === 'n' ? '\n' : character === '"' || character === '\\' ? character : whole,
  )
}

/** Name and labels in one text that is the same however the labels were ordered. */
export function seriesName(name: string, labels: Readonly<Record<string, string>>): string {
  const keys = Object.keys(labels).sort()
  if (keys.length === 0) return name
  const escaped = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
  return `${name}{${keys.map((key) => `${key}="${escaped(labels[key] ?? '')}"`).join(',')}}`
}
