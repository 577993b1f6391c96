import type { TopologyHost } from '../../../../core/contract/index.ts'
import type { Tokens } from '../../../app/theme/tokens.ts'
import type { Painter } from '../model/paint.ts'
import type { RackLayout } from '../model/rack-layout.ts'
import { RACK_HEAD, SLOT, type RackBox } from '../model/rack-layout.ts'
import type { Size, Viewport } from './viewport.ts'

/** Everything one frame of the rack view is drawn from. */
export interface Scene {
  layout: RackLayout
  view: Viewport
  screen: Size
  hosts: ReadonlyMap<string, TopologyHost>
  painter: Painter
  /** Hosts that are asked for; null = all. */
  matching: ReadonlySet<string> | null
  selected: string | null
  hovered: string | null
  tokens: Tokens
  words: { noCentre: string; noRoom: string; noRack: string }
}

/** From far: a rack is one tile. Nearer: its hosts are slots. Near: slots have names, bars and instances. */
export type Detail = 'tiles' | 'slots' | 'names' | 'instances'

export function detailAt(scale: number): Detail {
  const slotPx = SLOT.height * scale
  if (slotPx < 7) return 'tiles'
  if (slotPx < 17) return 'slots'
  return slotPx < 25 ? 'names' : 'instances'
}

/** Instances in a slot: where the row starts, how far apart they are, and how many fit. */
export const DOTS = { x: 12, y: 25.5, step: 7.6, radius: 3, most: 25 }

export type Hit = { kind: 'instance'; host: string; instance: string } | { kind: 'host'; host: string } | { kind: 'rack'; rack: RackBox }

/** What is at this point of the screen. */
export function hitAt(scene: Pick<Scene, 'layout' | 'view' | 'hosts'>, px: number, py: number): Hit | null {
  const { layout, view, hosts } = scene
  const x = view.x + px / view.scale
  const y = view.y + py / view.scale
  const rack = layout.racks.find((box) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height)
  if (!rack) return null
  const detail = detailAt(view.scale)
  if (detail === 'tiles' || y < rack.y + RACK_HEAD) return { kind: 'rack', rack }
  const slot = rack.slots.find((box) => x >= box.x && x < box.x + SLOT.width && y >= box.y && y < box.y + SLOT.height)
  if (!slot) return null
  if (detail === 'instances' && y > slot.y + DOTS.y - 6) {
    const index = Math.floor((x - slot.x - DOTS.x) / DOTS.step + 0.5)
    const instance = index >= 0 && index < DOTS.most ? hosts.get(slot.host)?.instances[index] : undefined
    if (instance) return { kind: 'instance', host: slot.host, instance: instance.id }
  }
  return { kind: 'host', host: slot.host }
}
