import type { Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { Place } from '../places.store.ts'
import type { Tone } from '../theme/tokens.ts'
import { fuzzyMatch, type Range } from './fuzzy-match.ts'

/** One line of the palette before it is known how well it fits. */
export interface Entry {
  id: string
  group: string
  icon: Component
  title: string
  /** The title in another language: who knows the English word finds it on a Chinese screen, too. */
  alias?: string
  status?: { tone: Tone; text: string }
  detail?: string
  /** Why it cannot be chosen now. */
  obstacle?: string | undefined
  keys?: string | undefined
  place?: Place
  /** Found by the server for something that is not in the title, such as a label. */
  found?: boolean
  open: RouteLocationRaw | (() => unknown)
}

export interface RankedEntry extends Entry {
  score: number
  ranges: readonly Range[]
}

export interface EntryGroup {
  name: string
  entries: RankedEntry[]
}

const FOUND_SCORE = 10
const ALIAS_SHARE = 0.9
const RECENT_BONUS = 12
const OBSTACLE_COST = 15

function rankOne(query: string, entry: Entry): RankedEntry | null {
  const match = fuzzyMatch(query, entry.title)
  if (match) return { ...entry, ...match }
  const alias = entry.alias === undefined ? null : fuzzyMatch(query, entry.alias)
  if (alias) return { ...entry, score: alias.score * ALIAS_SHARE, ranges: [] }
  return entry.found ? { ...entry, score: FOUND_SCORE, ranges: [] } : null
}

/**
 * The entries that fit `query`, the best group first and in it the best entry; `recent` are ids, the newest first. With an
 * empty query the order stays as given. Pure.
 */
export function rank(query: string, entries: readonly Entry[], options: { recent: readonly string[]; perGroup: number }): EntryGroup[] {
  const groups = new Map<string, RankedEntry[]>()
  for (const entry of entries) {
    const ranked = rankOne(query, entry)
    if (!ranked) continue
    const used = options.recent.indexOf(entry.id)
    if (query && used !== -1) ranked.score += Math.max(0, RECENT_BONUS - used)
    if (entry.obstacle) ranked.score -= OBSTACLE_COST
    groups.set(entry.group, [...(groups.get(entry.group) ?? []), ranked])
  }
  // Small differences say nothing; then the order in which an area names its actions is the better one.
  const better = (one: RankedEntry, other: RankedEntry) => Math.round(other.score) - Math.round(one.score)
  const best = ([, list]: [string, RankedEntry[]]) => Math.max(...list.map(({ score }) => score))
  const sorted = query ? [...groups].toSorted((one, other) => best(other) - best(one)) : [...groups]
  return sorted.map(([name, list]) => ({
    name,
    entries: (query ? list.toSorted(better) : list).slice(0, options.perGroup),
  }))
}
