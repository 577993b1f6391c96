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

/** Circles of these sizes around a middle point, without overlap: on a ring while they are few, then as the seeds of a sunflower. */
function around(radii: readonly number[]): { places: { x: number; y: number }[]; radius: number } {
  const widest = Math.max(0, ...radii) * MARGIN
  if (radii.length === 1) return { places: [{ x: 0, y: widest * 1.2 }], radius: widest * 2.2 }
  if (radii.length <= 12) {
    const ring = widest / Math.sin(Math.PI / Math.max(2, radii.length))
    const distance = Math.max(ring, widest * 1.6)
    const places = radii.map((_, index) => {
      const angle = (index / radii.length) * 2 * Math.PI - Math.PI / 2
      return { x: Math.cos(angle) * distance, y: Math.sin(angle) * distance }
    })
    return { places, radius: distance + widest }
  }
  // The first seeds are left out: the middle belongs to the node all hang on.
  const spacing = widest * 1.12
  const places = radii.map((_, index) => {
    const distance = spacing * 1.05 * Math.sqrt(index + 2.5)
    const angle = index * GOLDEN_ANGLE
    return { x: Math.cos(angle) * distance * 1.02, y: Math.sin(angle) * distance * 1.02 }
  })
  return { places, radius: spacing * 1.05 * Math.sqrt(radii.length + 2.5) + widest }
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
    const { places, radius } = around(children.map((child) => child.radius))
    return {
      radius,
      put(x, y) {
        circles.set(branch.id, { x, y, radius })
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
    const angle = index * GOLDEN_ANGLE
    return {
      x: host.x + Math.cos(angle) * distance,
      y: host.y + Math.sin(angle) * distance,
      size: Math.min(1, 2.6 / Math.sqrt(Math.max(count, 8))),
    }
  })
}
