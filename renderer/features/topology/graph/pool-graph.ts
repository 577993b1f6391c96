import Graph from 'graphology'
import type { TopologyHost } from '../../../../core/contract/index.ts'
import type { Tokens } from '../../../app/theme/tokens.ts'
import { aroundHost, HOST_RADIUS, layOutGraph, type Circle } from '../model/graph-layout.ts'
import { hostLoad, mix, type Painter, type Shape } from '../model/paint.ts'
import type { CentreNode } from '../model/tree.ts'

export interface NodeAttributes {
  x: number
  y: number
  size: number
  color: string
  shape: Shape
  label: string | null
  kind: 'centre' | 'room' | 'rack' | 'host' | 'instance'
  /** The host a host or instance node belongs to. */
  host?: string
  forceLabel: boolean
  zIndex: number
}
export interface EdgeAttributes {
  color: string
  size: number
}
export type TopologyGraph = Graph<NodeAttributes, EdgeAttributes>

/** What the looks of the nodes are taken from, now. */
export interface Looks {
  painter: Painter
  tokens: Tokens
  matching: ReadonlySet<string> | null
  words: { noCentre: string; noRoom: string; noRack: string }
}

const DIMMED = 0.22
const SIZE_PX = { centre: 9, room: 6, rack: 3.6 }

function lineColor(tokens: Tokens): string {
  return mix(tokens.muted, tokens.page, 0.4)
}

/** The pool as a sigma graph. Positions follow from places alone; only looks change afterwards. */
export class PoolGraph {
  readonly graph: TopologyGraph = new Graph<NodeAttributes, EdgeAttributes>()
  #circles = new Map<string, Circle>()
  #near: ReadonlySet<string> = new Set()
  /** Pixels per unit when everything is shown. */
  #fitScale = 1

  get fitScale(): number {
    return this.#fitScale
  }

  /** Builds all of it anew, for hosts that came, went or moved. `screenPx` is the smaller side of the screen. */
  rebuild(tree: readonly CentreNode[], hosts: ReadonlyMap<string, TopologyHost>, options: { looks: Looks; screenPx: number }): void {
    const { looks, screenPx } = options
    this.graph.clear()
    this.#near = new Set()
    this.#circles = layOutGraph(tree)
    const reach = [...this.#circles.values()].reduce(
      (most, { x, y, radius }) => Math.max(most, Math.abs(x) + radius, Math.abs(y) + radius),
      HOST_RADIUS,
    )
    this.#fitScale = screenPx / (2 * reach)
    const { words } = looks
    for (const centre of tree) {
      this.#addPlace({ id: centre.id, kind: 'centre', label: centre.name ?? words.noCentre, parent: null }, looks)
      for (const room of centre.rooms) {
        this.#addPlace({ id: room.id, kind: 'room', label: room.name ?? words.noRoom, parent: centre.id }, looks)
        for (const rack of room.racks) {
          this.#addPlace({ id: rack.id, kind: 'rack', label: rack.name ?? words.noRack, parent: room.id }, looks)
          for (const { name } of rack.hosts) {
            const host = hosts.get(name)
            if (host) this.#addHost(host, rack.id, looks)
          }
        }
      }
    }
  }

  #addPlace(place: { id: string; kind: 'centre' | 'room' | 'rack'; label: string; parent: string | null }, { tokens }: Looks): void {
    const { x = 0, y = 0 } = this.#circles.get(place.id) ?? {}
    const { kind, label } = place
    this.graph.addNode(place.id, {
      x,
      y,
      size: SIZE_PX[kind],
      color: tokens.muted,
      shape: 'square',
      label,
      kind,
      forceLabel: kind === 'centre',
      zIndex: 1,
    })
    if (place.parent !== null)
      this.graph.addDirectedEdge(place.parent, place.id, { color: lineColor(tokens), size: kind === 'room' ? 1.2 : 0.8 })
  }

  #addHost(host: TopologyHost, rack: string, looks: Looks): void {
    const circle = this.#circles.get(`host:${host.name}`)
    if (!circle) return
    this.graph.addNode(`host:${host.name}`, { x: circle.x, y: circle.y, kind: 'host', host: host.name, ...this.#hostLooks(host, looks) })
    this.graph.addDirectedEdge(rack, `host:${host.name}`, { color: lineColor(looks.tokens), size: 0.4 })
  }

  #hostLooks(host: TopologyHost, { painter, tokens, matching }: Looks): Omit<NodeAttributes, 'x' | 'y' | 'kind'> {
    const { color, shape } = painter.host(host)
    const dimmed = matching !== null && !matching.has(host.name)
    const load = Math.min(1, hostLoad(host, painter.mode === 'memory' ? 'memory' : 'cpu') ?? 0)
    const size = Math.min(13, Math.max(1.7, HOST_RADIUS * 0.42 * this.#fitScale)) * (0.75 + 0.5 * load)
    return {
      size,
      shape,
      color: dimmed ? mix(color, tokens.page, DIMMED) : color,
      label: host.name,
      forceLabel: false,
      zIndex: dimmed ? 0 : 2,
    }
  }

  /** Brings the instance nodes of a host to what is to be seen of it now. */
  #placeInstances(host: TopologyHost, looks: Looks): void {
    const { graph } = this
    const hostId = `host:${host.name}`
    const circle = this.#circles.get(hostId)
    if (!circle) return
    const seen = this.#near.has(host.name) && (looks.matching?.has(host.name) ?? true)
    const instances = seen ? host.instances : []
    const wanted = new Set(instances.map(({ id }) => id))
    for (const node of graph.outNeighbors(hostId)) if (!wanted.has(node)) graph.dropNode(node)
    const places = aroundHost(circle, instances.length)
    instances.forEach((instance, index) => {
      const { color, shape } = looks.painter.instance(instance)
      const { x, y, size } = places[index] ?? { ...circle, size: 1 }
      const shown = { x, y, color, shape, size: Math.min(7, Math.max(0.9, size * this.#fitScale * 2)) }
      if (graph.hasNode(instance.id)) graph.mergeNodeAttributes(instance.id, shown)
      else {
        graph.addNode(instance.id, { ...shown, label: null, kind: 'instance', host: host.name, forceLabel: false, zIndex: 1 })
        graph.addDirectedEdge(hostId, instance.id, { color: lineColor(looks.tokens), size: 0.25 })
      }
    })
  }

  /** Shows instances on these hosts, and on no others: thousands of marks smaller than a pixel would only take time. */
  showInstances(names: ReadonlySet<string>, hosts: ReadonlyMap<string, TopologyHost>, looks: Looks): void {
    const changed = [...names].filter((name) => !this.#near.has(name)).concat([...this.#near].filter((name) => !names.has(name)))
    this.#near = names
    for (const name of changed) {
      const host = hosts.get(name)
      if (host) this.#placeInstances(host, looks)
    }
  }

  /** Shows these hosts as they are now. */
  patch(names: ReadonlySet<string>, hosts: ReadonlyMap<string, TopologyHost>, looks: Looks): void {
    for (const name of names) {
      const host = hosts.get(name)
      if (!host || !this.graph.hasNode(`host:${name}`)) continue
      this.graph.mergeNodeAttributes(`host:${name}`, this.#hostLooks(host, looks))
      this.#placeInstances(host, looks)
    }
  }

  /** Gives everything other looks: another theme, colouring or filter. The graph has to be drawn anew after it. */
  repaint(hosts: ReadonlyMap<string, TopologyHost>, looks: Looks): void {
    const { tokens } = looks
    // In place and without the graph's own events: whoever shows the graph draws all of it anew, once.
    this.graph.forEachNode((_node, attributes) => {
      const host = attributes.kind === 'host' ? hosts.get(attributes.host ?? '') : undefined
      if (host) Object.assign(attributes, this.#hostLooks(host, looks))
      else if (attributes.kind !== 'instance') attributes.color = tokens.muted
    })
    this.graph.forEachEdge((_edge, attributes) => {
      attributes.color = lineColor(tokens)
    })
    for (const name of this.#near) {
      const host = hosts.get(name)
      if (host) this.#placeInstances(host, looks)
    }
  }
}
