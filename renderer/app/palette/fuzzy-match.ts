/** Where a match is, from `start` up to but not including `end`. */
export interface Range {
  start: number
  end: number
}

export interface Match {
  /** Higher is better; only to be compared with scores of the same query. */
  score: number
  /** In order, without overlaps. */
  ranges: Range[]
}

const SCORE = { whole: 100, start: 80, wordStart: 60, inside: 40, scattered: 20 }
const LENGTH_COST = 0.1

const isWordStart = (text: string, at: number) =>
  at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '') || /[\u3400-\u9fff]/.test(text[at] ?? '')

function contiguous(word: string, text: string): Match | null {
  let best: Match | null = null
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const whole = word.length === text.length
    const score = whole ? SCORE.whole : at === 0 ? SCORE.start : isWordStart(text, at) ? SCORE.wordStart : SCORE.inside
    if (!best || score > best.score) best = { score, ranges: [{ start: at, end: at + word.length }] }
  }
  return best
}

/** The letters in order, beginning at the start of a word: "rsh" finds "Restart shop". */
function scattered(word: string, text: string): Match | null {
  for (let first = text.indexOf(word[0] ?? ''); first !== -1; first = text.indexOf(word[0] ?? '', first + 1)) {
    if (!isWordStart(text, first)) continue
    const ranges: Range[] = []
    let from = first
    for (const letter of word) {
      const at = text.indexOf(letter, from)
      if (at === -1) return null
      const last = ranges.at(-1)
      if (last?.end === at) last.end = at + 1
      else ranges.push({ start: at, end: at + 1 })
      from = at + 1
    }
    return { score: SCORE.scattered / ranges.length, ranges }
  }
  return null
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: Range[] = []
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1)
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end)
    else merged.push({ ...range })
  }
  return merged
}

/**
 * How well `query` describes `text`, and which letters say so; null when a word of the query is not in it at all. Words may
 * come in any order. An empty query matches everything equally. Pure.
 */
export function fuzzyMatch(query: string, text: string): Match | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const lower = text.toLowerCase()
  const found: Match[] = []
  for (const word of words) {
    const match = contiguous(word, lower) ?? (word.length > 1 ? scattered(word, lower) : null)
    if (!match) return null
    found.push(match)
  }
  if (found.length === 0) return { score: 0, ranges: [] }
  const score = found.reduce((sum, { score: one }) => sum + one, 0) / found.length - text.length * LENGTH_COST
  return { score, ranges: merge(found.flatMap(({ ranges }) => ranges)) }
}

/** `text` in pieces, those that matched marked. */
export function piecesOf(text: string, ranges: readonly Range[]): { text: string; matched: boolean }[] {
  const pieces: { text: string; matched: boolean }[] = []
  let at = 0
  for (const { start, end } of ranges) {
    if (start > at) pieces.push({ text: text.slice(at, start), matched: false })
    pieces.push({ text: text.slice(start, end), matched: true })
    at = end
  }
  if (at < text.length) pieces.push({ text: text.slice(at), matched: false })
  return pieces
}
