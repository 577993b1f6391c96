export interface Viewport {
  /** World coordinates of the upper left corner. */
  x: number
  y: number
  /** Pixels per unit. */
  scale: number
}
export interface Size {
  width: number
  height: number
}

export const MAX_SCALE = 1.7
const MARGIN_PX = 16

/** The viewport that shows all of the world in the middle of the screen. */
export function fitted(world: Size, screen: Size): Viewport {
  const room = { width: Math.max(1, screen.width - 2 * MARGIN_PX), height: Math.max(1, screen.height - 2 * MARGIN_PX) }
  const scale = Math.min(1.15, room.width / Math.max(1, world.width), room.height / Math.max(1, world.height))
  return { scale, x: (world.width - screen.width / scale) / 2, y: (world.height - screen.height / scale) / 2 }
}

/** Zooms so that the point under (px, py) stays where it is. */
export function zoomed(view: Viewport, factor: number, at: { px: number; py: number; least: number }): Viewport {
  const scale = Math.min(MAX_SCALE, Math.max(at.least, view.scale * factor))
  return { scale, x: view.x + at.px / view.scale - at.px / scale, y: view.y + at.py / view.scale - at.py / scale }
}

/** The viewport with (x, y) in its middle, at least at `scale`. */
export function centredOn(view: Viewport, at: { x: number; y: number; scale: number }, screen: Size): Viewport {
  const scale = Math.max(view.scale, at.scale)
  return { scale, x: at.x - screen.width / scale / 2, y: at.y - screen.height / scale / 2 }
}

/** Keeps at least a part of the world on the screen. */
export function kept(view: Viewport, world: Size, screen: Size): Viewport {
  const seen = { width: screen.width / view.scale, height: screen.height / view.scale }
  const within = (value: number, size: number, shown: number) => Math.min(Math.max(value, -shown * 0.7), size - shown * 0.3)
  return { ...view, x: within(view.x, world.width, seen.width), y: within(view.y, world.height, seen.height) }
}
