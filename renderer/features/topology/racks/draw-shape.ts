import type { Shape } from '../model/paint.ts'

export interface ShapeAt {
  x: number
  y: number
  radius: number
  color: string
  /** What is cut out of the shape, as the cross is. */
  ground: string
}

/** Draws the same form for the same meaning everywhere: legend, slots, tiles and instances. */
export function drawShape(context: CanvasRenderingContext2D, shape: Shape, at: ShapeAt): void {
  const { x, y, radius, color, ground } = at
  context.fillStyle = context.strokeStyle = color
  if (shape === 'ring' || shape === 'dash') {
    drawOpen(context, shape, at)
    return
  }
  if (shape === 'cross' && radius < SMALL_PX) {
    strokeCross(context, at, { color, arm: radius * 0.8, width: radius * 0.65 })
    return
  }
  context.beginPath()
  if (shape === 'disc') context.arc(x, y, radius * 0.92, 0, 2 * Math.PI)
  else if (shape === 'square') context.rect(x - radius * 0.8, y - radius * 0.8, radius * 1.6, radius * 1.6)
  else for (const [dx, dy] of OUTLINES[shape]) context.lineTo(x + dx * radius, y + dy * radius)
  context.fill()
  if (shape === 'cross') strokeCross(context, at, { color: ground, arm: radius * 0.42, width: radius * 0.32 })
}

function strokeCross(
  context: CanvasRenderingContext2D,
  { x, y }: ShapeAt,
  { color, arm, width }: { color: string; arm: number; width: number },
): void {
  context.strokeStyle = color
  context.lineWidth = Math.max(1, width)
  context.beginPath()
  context.moveTo(x - arm, y - arm)
  context.lineTo(x + arm, y + arm)
  context.moveTo(x + arm, y - arm)
  context.lineTo(x - arm, y + arm)
  context.stroke()
}

/** Below that the sign inside the octagon would run together with it: the cross stands alone. */
const SMALL_PX = 4.4
const OUTLINES = {
  triangle: [
    [0, -1.05],
    [1.1, 0.9],
    [-1.1, 0.9],
  ],
  diamond: [
    [0, -1.15],
    [1.15, 0],
    [0, 1.15],
    [-1.15, 0],
  ],
  cross: [
    [-0.42, -1],
    [0.42, -1],
    [1, -0.42],
    [1, 0.42],
    [0.42, 1],
    [-0.42, 1],
    [-1, 0.42],
    [-1, -0.42],
  ],
} as const

function drawOpen(context: CanvasRenderingContext2D, shape: 'ring' | 'dash', { x, y, radius }: ShapeAt): void {
  context.lineWidth = Math.max(1, radius * 0.4)
  context.beginPath()
  context.arc(x, y, radius * 0.75, 0, 2 * Math.PI)
  if (shape === 'dash') {
    context.moveTo(x - radius * 0.4, y)
    context.lineTo(x + radius * 0.4, y)
  }
  context.stroke()
}
