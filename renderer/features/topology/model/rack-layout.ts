import type { TopologyHost } from '../../../../core/contract/index.ts'
import type { CentreNode, RackNode, RoomNode } from './tree.ts'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}
export interface RackBox extends Box {
  rack: RackNode
  /** Whether it is a real rack; hosts without one stand together in a dashed frame. */
  placed: boolean
  slots: { host: TopologyHost['name']; x: number; y: number }[]
}
export interface GroupBox extends Box {
  id: string
  name: string | null
}
/** How high the titles of centres and rooms are. */
export interface Heads {
  centre: number
  room: number
}
export interface RackLayout {
  width: number
  height: number
  heads: Heads
  centres: GroupBox[]
  rooms: GroupBox[]
  racks: RackBox[]
}

export const SLOT = { width: 224, height: 32, gap: 3 }
export const RACK_HEAD = 28
const RACK_PAD = 8
const GAP = { rack: 14, room: 28, centre: 48 }
const PAD = { room: 16, centre: 24 }
const SLOTS_PER_COLUMN = 24
const MAX_RACKS_ACROSS = 96
const HEADS: Heads = { centre: 56, room: 42 }
/** A large pool is seen from far, where a title needs more of the world to be read. */
const LARGE_POOL = { racks: 24, heads: { centre: 120, room: 84 } }

interface Sized<T> extends Box {
  item: T
}

/** Puts boxes beside each other, and below where the width is used up; returns the size all take together. */
function flow(boxes: Box[], maxWidth: number, gap: number): { width: number; height: number } {
  let [x, y, line, width] = [0, 0, 0, 0]
  for (const box of boxes) {
    if (x > 0 && x + box.width > maxWidth) {
      y += line + gap
      x = line = 0
    }
    Object.assign(box, { x, y })
    x += box.width + gap
    line = Math.max(line, box.height)
    width = Math.max(width, x - gap)
  }
  return { width, height: y + line }
}

function rackSize(rack: RackNode): { width: number; height: number } {
  const columns = Math.max(1, Math.ceil(rack.hosts.length / SLOTS_PER_COLUMN))
  const rows = Math.ceil(rack.hosts.length / columns)
  return {
    width: columns * (SLOT.width + SLOT.gap) - SLOT.gap + 2 * RACK_PAD,
    height: RACK_HEAD + rows * (SLOT.height + SLOT.gap) - SLOT.gap + RACK_PAD,
  }
}

function slotsOf(rack: RackNode, at: { x: number; y: number }): RackBox['slots'] {
  const columns = Math.max(1, Math.ceil(rack.hosts.length / SLOTS_PER_COLUMN))
  const rows = Math.ceil(rack.hosts.length / columns)
  return rack.hosts.map((host, index) => ({
    host: host.name,
    x: at.x + RACK_PAD + Math.floor(index / rows) * (SLOT.width + SLOT.gap),
    y: at.y + RACK_HEAD + (index % rows) * (SLOT.height + SLOT.gap),
  }))
}

/** What has neither centre nor room stands in one frame, not in two. */
function isBare(centre: CentreNode, room: RoomNode): boolean {
  return centre.name === null && room.name === null
}

function arrange(tree: readonly CentreNode[], heads: Heads, maxWidth: number): RackLayout {
  const layout: RackLayout = { width: 0, height: 0, heads, centres: [], rooms: [], racks: [] }
  const centres = tree.map((centre) => {
    const rooms = centre.rooms.map((room) => {
      const racks: Sized<RackNode>[] = room.racks.map((rack) => ({ item: rack, x: 0, y: 0, ...rackSize(rack) }))
      const inner = flow(racks, maxWidth, GAP.rack)
      const head = isBare(centre, room) ? 0 : heads.room
      return { item: room, racks, head, x: 0, y: 0, width: inner.width + 2 * PAD.room, height: inner.height + head + PAD.room }
    })
    const inner = flow(rooms, maxWidth, GAP.room)
    return { item: centre, rooms, x: 0, y: 0, width: inner.width + 2 * PAD.centre, height: inner.height + heads.centre + PAD.centre }
  })
  Object.assign(layout, flow(centres, maxWidth, GAP.centre))
  for (const centre of centres) {
    const { x, y, width, height } = centre
    layout.centres.push({ id: centre.item.id, name: centre.item.name, x, y, width, height })
    for (const room of centre.rooms) {
      const origin = { x: x + PAD.centre + room.x, y: y + heads.centre + room.y }
      if (room.head > 0) layout.rooms.push({ id: room.item.id, name: room.item.name, ...origin, width: room.width, height: room.height })
      for (const rack of room.racks) {
        const at = { x: origin.x + PAD.room + rack.x, y: origin.y + room.head + rack.y }
        const placed = rack.item.name !== null
        layout.racks.push({ rack: rack.item, placed, ...at, width: rack.width, height: rack.height, slots: slotsOf(rack.item, at) })
      }
    }
  }
  return layout
}

/** Centres, rooms, racks and slots as boxes that together have about the proportions of the screen (`aspect` = width / height). Pure. */
export function layOutRacks(tree: readonly CentreNode[], aspect: number): RackLayout {
  const total = tree.reduce((sum, centre) => sum + centre.rooms.reduce((racks, room) => racks + room.racks.length, 0), 0)
  const heads = total > LARGE_POOL.racks ? LARGE_POOL.heads : HEADS
  let best = arrange(tree, heads, 0)
  let bestScale = 0
  for (let across = 1; across <= Math.min(MAX_RACKS_ACROSS, 2 * total + 2); across++) {
    const layout = arrange(tree, heads, across * (SLOT.width + 2 * RACK_PAD + GAP.rack) + 2 * (PAD.room + PAD.centre))
    const scale = Math.min(aspect / layout.width, 1 / layout.height)
    if (scale > bestScale) [best, bestScale] = [layout, scale]
  }
  return best
}
