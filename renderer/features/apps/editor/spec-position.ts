/** Where in a specification a place in its text is: what is being written, and into what. */
export interface SpecPosition {
  /** Keys and list positions that lead to the map or list around the place; for a value, to the value itself. */
  path: (string | number)[]
  kind: 'key' | 'value'
  /** What stands there up to the place, and where that begins in its line. */
  typed: string
  from: number
  /** Keys that the map around the place has already, with what stands behind them on their line. */
  siblings: ReadonlyMap<string, string>
}

interface Line {
  indent: number
  /** Columns at which list items begin on this line, outermost first. */
  dashes: number[]
  key: string | undefined
  value: string
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#:'"[{&*!|>%@`-][^:#]*?|-[^\s:#][^:#]*?):(?=\s|$)\s*(.*)$/

function readLine(text: string): Line | undefined {
  let rest = text.trimStart()
  let column = text.length - rest.length
  if (rest === '' || rest.startsWith('#')) return undefined
  const dashes: number[] = []
  for (let found = /^-(\s+|$)/.exec(rest); found; found = /^-(\s+|$)/.exec(rest)) {
    dashes.push(column)
    column += found[0].length
    rest = rest.slice(found[0].length)
  }
  const [, key, value] = KEY.exec(rest) ?? []
  return { indent: column, dashes, key: key?.replace(/^(["'])(.*)\1$/, '$2'), value: (value ?? rest).replace(/\s+#.*$/, '') }
}

/** Entries from the outermost to the innermost that the place at `indent` below line `at` belongs to. */
function around(lines: readonly string[], at: number, indent: number): (string | number)[] {
  const path: (string | number)[] = []
  let limit = indent
  for (let index = at - 1; index >= 0 && limit > 0; index--) {
    const line = readLine(lines[index] ?? '')
    if (!line) continue
    if (line.key !== undefined && line.indent < limit) {
      path.unshift(line.key)
      limit = line.indent
    }
    for (const dash of line.dashes.toReversed())
      if (dash < limit) {
        path.unshift(positionInList(lines, index, dash))
        limit = dash
        // The list may stand at the same depth as the key it belongs to.
        const owner = ownerOf(lines, index, dash)
        if (owner !== undefined) {
          path.unshift(owner.key)
          limit = owner.indent
        }
      }
  }
  return path
}

function ownerOf(lines: readonly string[], at: number, dash: number): { key: string; indent: number } | undefined {
  for (let index = at - 1; index >= 0; index--) {
    const line = readLine(lines[index] ?? '')
    if (!line || (line.dashes[0] ?? line.indent) > dash) continue
    if (line.dashes[0] === dash) continue
    return line.key !== undefined && line.indent <= dash ? { key: line.key, indent: line.indent } : undefined
  }
  return undefined
}

function positionInList(lines: readonly string[], at: number, dash: number): number {
  let position = 0
  for (let index = at - 1; index >= 0; index--) {
    const line = readLine(lines[index] ?? '')
    if (!line) continue
    if (line.dashes.includes(dash)) position++
    else if ((line.dashes[0] ?? line.indent) <= dash) break
  }
  return position
}

function siblingsAt(lines: readonly string[], at: number, indent: number): Map<string, string> {
  const found = new Map<string, string>()
  /** Whether the line still belongs to the same map. */
  const collect = (index: number): boolean => {
    const line = readLine(lines[index] ?? '')
    if (!line) return true
    if (line.indent === indent && line.key !== undefined) found.set(line.key, line.value)
    return (line.dashes[0] ?? line.indent) >= indent
  }
  const begins = (readLine(lines[at] ?? '')?.dashes.length ?? 0) > 0
  for (let index = at - 1; index >= 0 && !begins; index--) if (!collect(index)) break
  for (let index = at + 1; index < lines.length; index++) {
    const line = readLine(lines[index] ?? '')
    if (line && (line.dashes[0] ?? line.indent) < indent) break
    collect(index)
  }
  return found
}

/** Reads block style by its indentation alone, so that it works while the text is unfinished. Undefined inside comments. */
export function positionAt(lines: readonly string[], at: number, column: number): SpecPosition | undefined {
  const text = lines[at] ?? ''
  const before = text.slice(0, column)
  if (/(^|\s)#/.test(before)) return undefined
  const lead = /^\s*(-\s+)*/.exec(before)?.[0] ?? ''
  const body = before.slice(lead.length)
  const dash = /^(\s*)-\s+/.exec(before)
  const list = dash ? around(lines.with(at, `${lead}x`), at + 1, lead.length) : undefined
  const parent = list ?? around(lines, at, lead.length)
  const siblings = siblingsAt(lines, at, lead.length)
  const colon = KEY.exec(body)
  if (!colon) return { path: parent, kind: 'key', typed: body, from: lead.length, siblings }
  const key = (colon[1] ?? '').replace(/^(["'])(.*)\1$/, '$2')
  const typed = colon[2] ?? ''
  return { path: [...parent, key], kind: 'value', typed, from: column - typed.length, siblings }
}
