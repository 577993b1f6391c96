import type { Spot } from './nearest.ts'

const CELL = 24

/** Finds what is at a point among thousands of spots without looking at each. */
export class SpotGrid {
  readonly #cells = new Map<string, Spot[]>()

  constructor(spots: Iterable<Spot>) {
    for (const spot of spots) {
      const key = keyOf(cellOf(spot.x), cellOf(spot.y))
      const cell = this.#cells.get(key)
      if (cell) cell.push(spot)
      else this.#cells.set(key, [spot])
    }
  }

  /** The spot nearest to (x, y) within `reach`; null when none is. Reaches beyond a cell are cut down to one. */
  at(x: number, y: number, reach: number): Spot | null {
    let best: Spot | null = null
    let bestDistance = Math.min(reach, CELL)
    for (const dx of [-1, 0, 1])
      for (const dy of [-1, 0, 1])
        for (const spot of this.#cells.get(keyOf(cellOf(x) + dx, cellOf(y) + dy)) ?? []) {
          const distance = Math.hypot(spot.x - x, spot.y - y)
          if (distance <= bestDistance) [best, bestDistance] = [spot, distance]
        }
    return best
  }
}

const cellOf = (value: number) => Math.floor(value / CELL)
const keyOf = (column: number, row: number) => `${column},${row}`
