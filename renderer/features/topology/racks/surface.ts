import { drawRacks } from './draw-racks.ts'
import type { Scene } from './scene.ts'
import type { Size, Viewport } from './viewport.ts'

/** How much more than the screen is drawn on every side, as a share of it. */
const MARGIN = 0.3

/**
 * The drawn picture. It is larger than the screen, so that panning only shifts it, which costs the same for ten hosts as for
 * thousands; it is drawn anew when the hand gets to its edge, and when what it shows changes.
 */
export class RackSurface {
  readonly #canvas: HTMLCanvasElement
  #drawn: (Viewport & Size) | null = null

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
  }

  /** Draws the scene and what lies around it. */
  draw(scene: Scene): void {
    const { view, screen } = scene
    const context = this.#canvas.getContext('2d', { alpha: false })
    if (!context || screen.width === 0) return
    const margin = { width: Math.ceil(screen.width * MARGIN), height: Math.ceil(screen.height * MARGIN) }
    const size = { width: screen.width + 2 * margin.width, height: screen.height + 2 * margin.height }
    this.#resize(size)
    const density = globalThis.devicePixelRatio
    context.setTransform(density, 0, 0, density, 0, 0)
    const around = { scale: view.scale, x: view.x - margin.width / view.scale, y: view.y - margin.height / view.scale }
    drawRacks(context, { ...scene, view: around, screen: size })
    this.#drawn = { ...around, ...size }
    this.shift(view, screen)
  }

  /** Shows another part of what is drawn; false when it has to be drawn anew for that. */
  shift(view: Viewport, screen: Size): boolean {
    const drawn = this.#drawn
    if (drawn?.scale !== view.scale) return false
    const x = (drawn.x - view.x) * view.scale
    const y = (drawn.y - view.y) * view.scale
    if (x > 0.5 || y > 0.5 || x + drawn.width < screen.width - 0.5 || y + drawn.height < screen.height - 0.5) return false
    this.#canvas.style.transform = `translate(${x}px, ${y}px)`
    return true
  }

  #resize({ width, height }: Size): void {
    const density = globalThis.devicePixelRatio
    const pixels = { width: Math.round(width * density), height: Math.round(height * density) }
    if (this.#canvas.width === pixels.width && this.#canvas.height === pixels.height) return
    Object.assign(this.#canvas, pixels)
    Object.assign(this.#canvas.style, { width: `${width}px`, height: `${height}px` })
  }
}
