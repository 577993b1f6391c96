export type Direction = 'up' | 'down' | 'left' | 'right'

export interface Spot {
  name: string
  x: number
  y: number
}

const AHEAD: Record<Direction, (dx: number, dy: number) => { along: number; across: number }> = {
  up: (dx, dy) => ({ along: -dy, across: dx }),
  down: (dx, dy) => ({ along: dy, across: dx }),
  left: (dx, dy) => ({ along: -dx, across: dy }),
  right: (dx, dy) => ({ along: dx, across: dy }),
}
/** A spot off to the side counts as further away than one straight ahead. */
const SIDE_WEIGHT = 3

/** Where an arrow key leads from `from`: the nearest spot in that direction; null at the edge. Pure. */
export function nearest(spots: Iterable<Spot>, from: { x: number; y: number }, direction: Direction): string | null {
  let best: string | null = null
  let bestCost = Infinity
  for (const { name, x, y } of spots) {
    const { along, across } = AHEAD[direction](x - from.x, y - from.y)
    const cost = along + Math.abs(across) * SIDE_WEIGHT
    if (along > 0.5 && cost < bestCost) [best, bestCost] = [name, cost]
  }
  return best
}
