import type { Box } from '../model/rack-layout.ts'

const FONT = `'Inter Variable', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif`

interface TextAt {
  x: number
  y: number
  size: number
  color: string
  width: number
  weight?: number
  align?: CanvasTextAlign
}

/** Text in one line, cut off with an ellipsis where it is too long. */
export function drawText(context: CanvasRenderingContext2D, text: string, at: TextAt): void {
  context.font = `${at.weight ?? 400} ${at.size}px ${FONT}`
  context.fillStyle = at.color
  context.textBaseline = 'middle'
  context.textAlign = at.align ?? 'left'
  const most = Math.floor(at.width / (at.size * 0.58))
  if (most < 2) return
  const fits = text.length <= most || context.measureText(text).width <= at.width
  context.fillText(fits ? text : `${text.slice(0, most - 1)}…`, at.x, at.y)
}

export function outline(context: CanvasRenderingContext2D, color: string, box: Box): void {
  context.strokeStyle = color
  context.lineWidth = 2
  context.strokeRect(box.x - 1, box.y - 1, box.width + 2, box.height + 2)
}
