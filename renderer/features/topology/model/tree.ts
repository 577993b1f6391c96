import type { TopologyHost } from '../../../../core/contract/index.ts'

/** A part of a centre; `name` is null for what stands in none. Its `id` is unique in the tree and the same at every load. */
export interface RackNode {
  id: string
  name: string | null
  hosts: TopologyHost[]
}
export interface RoomNode {
  id: string
  name: string | null
  racks: RackNode[]
}
export interface CentreNode {
  id: string
  name: string | null
  rooms: RoomNode[]
}

const collator = new Intl.Collator('en', { numeric: true })

function byName(a: { name: string | null }, b: { name: string | null }): number {
  if (a.name === null || b.name === null) return Number(a.name === null) - Number(b.name === null)
  return collator.compare(a.name, b.name)
}

function groups<T>(items: readonly T[], nameOf: (item: T) => string | null): { name: string | null; items: T[] }[] {
  return [...Map.groupBy(items, nameOf)].map(([name, members]) => ({ name, items: members })).sort(byName)
}

/** The pool as people walk through it: centre, room, rack, host, in the order of their names; what has no place comes last. Pure. */
export function buildTree(hosts: readonly TopologyHost[]): CentreNode[] {
  const sorted = [...hosts].sort(byName)
  return groups(sorted, (host) => host.centre).map((centre) => {
    const id = `centre:${centre.name ?? ''}`
    const rooms = groups(centre.items, (host) => host.room).map((room) => {
      const roomId = `${id}/room:${room.name ?? ''}`
      const racks = groups(room.items, (host) => host.rack).map((rack) => ({
        id: `${roomId}/rack:${rack.name ?? ''}`,
        name: rack.name,
        hosts: rack.items,
      }))
      return { id: roomId, name: room.name, racks }
    })
    return { id, name: centre.name, rooms }
  })
}

/** Changes exactly when the tree has to be built anew: hosts came, went or moved. */
export function placeKey(host: TopologyHost): string {
  return [host.centre, host.room, host.rack].map((part) => part ?? '\u0000').join('\u0001')
}
