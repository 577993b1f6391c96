import { describe, expect, it } from 'vitest'
import { driftAt } from './drift.ts'
import { isStale, STALE_MS, type Freshness } from './freshness.ts'
import { readOptions } from './options.ts'
import { MOST_PAGES, pageAt } from './paging.ts'
import { WALL_PALETTE } from './palette.ts'

describe('options of the address', () => {
  it('are dark, everything, and a page every 15 seconds when nothing is said', () =>
    expect(readOptions({})).toEqual({ centre: null, locale: null, theme: 'dark', rotateMs: 15_000 }))
  it('are what the address says', () =>
    expect(readOptions({ centre: 'A', lang: 'zh-CN', theme: 'light', rotate: '20' })).toEqual({
      ...{ centre: 'A', locale: 'zh-CN', theme: 'light', rotateMs: 20_000 },
    }))
  it.each([
    ['0', 0],
    ['1', 5000],
    ['99999', 600_000],
    ['soon', 15_000],
    ['', 15_000],
    [['5', '9'], 15_000],
  ])('turn for rotate=%j every %i ms', (rotate, rotateMs) => expect(readOptions({ rotate }).rotateMs).toBe(rotateMs))
  it('ignore a language nobody speaks here', () => expect(readOptions({ lang: 'xx' }).locale).toBeNull())
})

describe('pages', () => {
  const items = Array.from({ length: 40 }, (_, index) => index)
  it('turn in a circle', () => {
    const shown = [0, 1, 2, 3].map((turn) => pageAt(items.slice(0, 7), { perPage: 3, turn, total: 7 }).items)
    expect(shown).toEqual([[0, 1, 2], [3, 4, 5], [6], [0, 1, 2]])
  })
  it('also turn back', () => expect(pageAt(items.slice(0, 7), { perPage: 3, turn: -1, total: 7 }).page).toBe(2))
  it('end somewhere, and the rest is counted', () => {
    const paging = pageAt(items, { perPage: 4, turn: 99, total: 900 })
    expect(paging).toMatchObject({ pages: MOST_PAGES, page: 4, more: 900 - MOST_PAGES * 4 })
  })
  it('count what was not even loaded', () => expect(pageAt(items, { perPage: 40, turn: 0, total: 45 }).more).toBe(5))
  it('show one at least, however small the screen', () => expect(pageAt(items, { perPage: 0, turn: 0, total: 40 }).items).toEqual([0]))
  it('are one empty page of nothing', () =>
    expect(pageAt([], { perPage: 4, turn: 3, total: 0 })).toEqual({ items: [], page: 0, pages: 1, more: 0 }))
})

describe('stale', () => {
  const fresh: Freshness = { lostAt: null, loadedAt: 100_000, startedAt: 0 }
  it('is what was read too long ago, though the line seems to live', () => {
    expect(isStale(fresh, 100_000 + STALE_MS - 1)).toBe(false)
    expect(isStale(fresh, 100_000 + STALE_MS)).toBe(true)
  })
  it('is a line that stays lost, not one that is back at once', () => {
    const lost: Freshness = { ...fresh, lostAt: 100_000 }
    expect(isStale(lost, 101_000)).toBe(false)
    expect(isStale(lost, 102_000)).toBe(true)
  })
  it('is a wall that never got any data', () => expect(isStale({ ...fresh, loadedAt: null }, STALE_MS)).toBe(true))
})

it('drifts by one step a minute at most, and comes round', () => {
  const way = Array.from({ length: 10 }, (_, minute) => driftAt(minute * 60_000))
  way.slice(1).forEach(([x, y], index) => {
    const [beforeX, beforeY] = way[index] ?? [0, 0]
    expect(Math.max(Math.abs(x - beforeX), Math.abs(y - beforeY))).toBeLessThanOrEqual(1)
  })
  expect(new Set(way.map(String)).size).toBe(9)
})

function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * channels[0]! + 0.7152 * channels[1]! + 0.0722 * channels[2]!
}

describe.each(Object.entries(WALL_PALETTE))('%s wall', (_, { page, surface, raised, text, muted, accent, tone }) => {
  it.each(Object.entries({ text, muted, accent, ...tone }))('%s reads at 7:1 on every ground', (_name, colour) => {
    for (const ground of [page, surface, raised]) {
      const [low, high] = [luminance(colour), luminance(ground)].sort((one, other) => one - other) as [number, number]
      expect((high + 0.05) / (low + 0.05)).toBeGreaterThanOrEqual(7)
    }
  })
})
