import { describe, expect, it } from 'vitest'
import { hostOf } from './fixture.ts'
import { aroundHost, HOST_RADIUS, layOutGraph } from './graph-layout.ts'
import { layOutRacks, SLOT, type Box } from './rack-layout.ts'
import { nearest } from './nearest.ts'
import { SpotGrid } from './spot-grid.ts'
import { buildTree } from './tree.ts'

const inRack = (name: string, rack: string, centre = 'north') => hostOf(name, { centre, room: 'room 1', rack })
const pool = Array.from({ length: 130 }, (_, index) =>
  index % 10 === 0 ? hostOf(`h-${index}`) : inRack(`h-${index}`, `R${index % 7}`, index % 3 === 0 ? 'south' : 'north'),
)

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

describe('the tree', () => {
  it('goes from centre to host by name, numbers as numbers, and what has no place comes last', () => {
    const tree = buildTree([hostOf('lost'), inRack('h-10', 'R10'), inRack('h-9', 'R10'), inRack('h-1', 'R9')])
    expect(tree.map(({ name }) => name)).toEqual(['north', null])
    expect(tree[0]?.rooms[0]?.racks.map(({ name, hosts }) => [name, hosts.map((host) => host.name)])).toEqual([
      ['R9', ['h-1']],
      ['R10', ['h-9', 'h-10']],
    ])
  })
})

describe('the rack view', () => {
  it('gives every host one slot inside its rack, and no two racks the same place', () => {
    const { racks, width, height } = layOutRacks(buildTree(pool), 16 / 9)
    expect(racks.flatMap(({ slots }) => slots.map(({ host }) => host)).sort()).toEqual(pool.map(({ name }) => name).sort())
    for (const rack of racks) {
      expect(racks.filter((other) => other !== rack && overlap(rack, other))).toEqual([])
      for (const slot of rack.slots) {
        expect(slot.x + SLOT.width).toBeLessThanOrEqual(rack.x + rack.width)
        expect(slot.y + SLOT.height).toBeLessThanOrEqual(rack.y + rack.height)
      }
      expect(rack.x + rack.width).toBeLessThanOrEqual(width)
      expect(rack.y + rack.height).toBeLessThanOrEqual(height)
    }
  })

  it('is wider on a wide screen', () => {
    const tree = buildTree(pool)
    expect(layOutRacks(tree, 3).width).toBeGreaterThan(layOutRacks(tree, 0.5).width)
  })
})

describe('the graph', () => {
  it('is the same picture every time, whatever the order of the answer', () => {
    expect([...layOutGraph(buildTree(pool))].sort()).toEqual([...layOutGraph(buildTree([...pool].reverse()))].sort())
  })

  it('keeps hosts apart, so that their instances do not mix', () => {
    const hosts = [...layOutGraph(buildTree(pool))].filter(([id]) => id.startsWith('host:')).map(([, circle]) => circle)
    expect(hosts).toHaveLength(pool.length)
    for (const [index, a] of hosts.entries())
      for (const b of hosts.slice(index + 1)) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(1.9 * HOST_RADIUS)
  })

  it('keeps instances within the room of their host', () => {
    for (const count of [1, 10, 300])
      for (const { x, y } of aroundHost({ x: 0, y: 0, radius: HOST_RADIUS }, count)) expect(Math.hypot(x, y)).toBeLessThan(HOST_RADIUS)
  })
})

describe('pointing', () => {
  const spots = Array.from({ length: 400 }, (_, index) => ({
    name: `s-${index}`,
    x: (index % 20) * 7 - 60,
    y: Math.floor(index / 20) * 7 - 60,
  }))
  const grid = new SpotGrid(spots)

  it('finds the nearest spot within reach, as looking at each would', () => {
    for (const [x, y] of [
      [0, 0],
      [-61, -63],
      [33.4, 12.2],
      [72, 70],
    ] as const) {
      const byDistance = spots
        .map((spot) => ({ name: spot.name, away: Math.hypot(spot.x - x, spot.y - y) }))
        .sort((a, b) => a.away - b.away)
      expect(grid.at(x, y, 6)?.name).toBe(byDistance[0]?.name)
    }
    expect(grid.at(500, 500, 20)).toBeNull()
    expect(grid.at(0.5, 0.5, 0.1)).toBeNull()
  })

  it('goes with an arrow key to the next spot straight ahead, and nowhere at the edge', () => {
    const at = spots[210] ?? { x: 0, y: 0 }
    expect(nearest(spots, at, 'right')).toBe('s-211')
    expect(nearest(spots, at, 'up')).toBe('s-190')
    expect(nearest(spots, spots[0] ?? at, 'left')).toBeNull()
  })
})
