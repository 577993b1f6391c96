import type { CentreNode } from './tree.ts'

export interface Circle {
  x: number
  y: number
  radius: number
}

/** Room a host takes in the graph, its instances included: the same for all, so that nothing moves when instances come and go. */
export const HOST_RADIUS = 10
const HOST_CORE = 3.2
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))
const MARGIN = 1.15
/** Room for the node itself beside what hangs on it. */
const NODE_ROOM = 8

interface Arrangement {
  /** Middle points of the children, seen from the middle of the whole. */
  places: { x: number; y: number }[]
  /** Where the node stands that they hang on. */
  node: { x: number; y: number }
  radius: number
}

/** Circles of these sizes without overlap: one above its node, a few on a ring around it, many as the seeds of a sunflower. */
function around(radii: readonly number[]): Arrangement {
  const widest = Math.max(0, ...radii) * MARGIN
  const node = { x: 0, y: 0 }
  if (radii.length === 1)
    return { places: [{ x: 0, y: NODE_ROOM / 2 }], node: { x: 0, y: -widest - NODE_ROOM / 2 }, radius: widest + NODE_ROOM }
  if (radii.length <= 12) {
    const distance = Math.max(widest / Math.sin(Math.PI / radii.length), widest + NODE_ROOM)
    const places = radii.map((_, index) => {
      const angle = Math.PI / 2 - (index / radii.length) * 2 * Math.PI
      return { x: Math.cos(angle) * distance, y: Math.sin(angle) * distance }
    })
    return { places, node, radius: distance + widest }
  }
  // The first seeds are left out: the middle belongs to the node all hang on.
  const spacing = widest * 1.18
  const places = radii.map((_, index) => {
    const distance = spacing * Math.sqrt(index + 2.5)
    const angle = index * GOLDEN_ANGLE
    return { x: Math.cos(angle) * distance, y: Math.sin(angle) * distance }
  })
  return { places, node, radius: spacing * Math.sqrt(radii.length + 2.5) + widest }
}

interface Branch {
  id: string
  children: Branch[]
}

function branches(tree: readonly CentreNode[]): Branch {
  const leaf = (name: string): Branch => ({ id: `host:${name}`, children: [] })
  const centres = tree.map((centre) => ({
    id: centre.id,
    children: centre.rooms.map((room) => ({
      id: room.id,
      children: room.racks.map((rack) => ({ id: rack.id, children: rack.hosts.map((host) => leaf(host.name)) })),
    })),
  }))
  return { id: 'pool', children: centres }
}

/** Where every centre, room, rack and host is in the graph, by id ("host:web-1"). The same hosts give the same picture. Pure. */
export function layOutGraph(tree: readonly CentreNode[]): Map<string, Circle> {
  const circles = new Map<string, Circle>()
  const measure = (branch: Branch): { radius: number; put: (x: number, y: number) => void } => {
    if (branch.children.length === 0) return { radius: HOST_RADIUS, put: (x, y) => circles.set(branch.id, { x, y, radius: HOST_RADIUS }) }
    const children = branch.children.map(measure)
    const { places, node, radius } = around(children.map((child) => child.radius))
    return {
      radius,
      put(x, y) {
        circles.set(branch.id, { x: x + node.x, y: y + node.y, radius })
        children.forEach((child, index) => {
          const place = places[index] ?? { x: 0, y: 0 }
          child.put(x + place.x, y + place.y)
        })
      },
    }
  }
  measure(branches(tree)).put(0, 0)
  circles.delete('pool')
  return circles
}

/** Places for `count` instances around a host, closer together the more there are. Pure. */
export function aroundHost(host: Circle, count: number): { x: number; y: number; size: number }[] {
  const room = HOST_RADIUS * 0.86 - HOST_CORE
  return Array.from({ length: count }, (_, index) => {
    const distance = HOST_CORE + 1.2 + (room - 1.2) * Math.sqrt((index + 0.5) / Math.max(count, 8))
    // The first is not put to the right, where the host's name is written.
    const angle = 2 + index * GOLDEN_ANGLE
    return {
      x: host.x + Math.cos(angle) * distance,
      y: host.y + Math.sin(angle) * distance,
      size: Math.min(1, 2.6 / Math.sqrt(Math.max(count, 8))),
    }
  })
}
