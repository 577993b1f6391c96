import type { TopologyHost } from '../../../../core/contract/index.ts'
import type { RackBox } from '../model/rack-layout.ts'
import { SLOT, type Box } from '../model/rack-layout.ts'
import { drawShape } from './draw-shape.ts'
import { drawText, outline } from './draw-text.ts'
import { detailAt, DOTS, type Scene } from './scene.ts'

const DIMMED_ALPHA = 0.22
const STRIPE_STEP_PX = 6

/** One host: its look, how full it is, and, from near, its name and instances. */
export function drawSlot(context: CanvasRenderingContext2D, scene: Scene, slot: RackBox['slots'][number]): void {
  const { view, tokens, matching } = scene
  const host = scene.hosts.get(slot.host)
  if (!host) return
  const { scale } = view
  const box = { x: (slot.x - view.x) * scale, y: (slot.y - view.y) * scale, width: SLOT.width * scale, height: SLOT.height * scale }
  const dimmed = matching !== null && !matching.has(host.name)
  context.globalAlpha = dimmed ? DIMMED_ALPHA : 1
  context.fillStyle = tokens.hover
  context.fillRect(box.x, box.y, box.width, box.height)
  if (detailAt(scale) === 'slots') drawFill(context, scene, { host, box })
  else drawNear(context, scene, { host, box })
  if (host.scheduling !== 'open') drawStripes(context, box, tokens.muted)
  context.globalAlpha = 1
  if (host.name === scene.selected) outline(context, tokens.accent, box)
  else if (host.name === scene.hovered) outline(context, tokens.muted, box)
}

interface Drawn {
  host: TopologyHost
  box: Box
}

function shares(host: TopologyHost, resource: 'cpu' | 'memory'): { reserved: number; used: number | null } {
  const [size, reserved, used] =
    resource === 'cpu'
      ? [host.cpuMillis, host.reservedCpuMillis, host.used?.cpuMillis]
      : [host.memoryBytes, host.reservedMemoryBytes, host.used?.memoryBytes]
  const share = (value: number) => (size > 0 ? Math.min(1, value / size) : 0)
  return { reserved: share(reserved), used: used === undefined ? null : share(used) }
}

/** The whole slot as one bar: pale what is reserved, solid what is used. */
function drawFill(context: CanvasRenderingContext2D, { painter, tokens }: Scene, { host, box }: Drawn): void {
  const paint = painter.host(host)
  const { reserved, used } = shares(host, painter.mode === 'memory' ? 'memory' : 'cpu')
  const alpha = context.globalAlpha
  const sign = box.height
  const bar = { x: box.x + sign, width: box.width - sign }
  context.fillStyle = paint.color
  context.globalAlpha = alpha * 0.4
  context.fillRect(bar.x, box.y, bar.width * reserved, box.height)
  context.globalAlpha = alpha
  if (used !== null) context.fillRect(bar.x, box.y + box.height * 0.25, bar.width * used, box.height * 0.5)
  drawShape(context, paint.shape, {
    x: box.x + sign / 2,
    y: box.y + box.height / 2,
    radius: sign * 0.36,
    color: paint.color,
    ground: tokens.hover,
  })
}

function drawNear(context: CanvasRenderingContext2D, scene: Scene, { host, box }: Drawn): void {
  const { painter, tokens, view } = scene
  const { scale } = view
  const paint = painter.host(host)
  const dots = detailAt(scale) === 'instances'
  const line = dots ? 10 : SLOT.height / 2
  drawShape(context, paint.shape, {
    x: box.x + 11 * scale,
    y: box.y + line * scale,
    radius: 5.4 * scale,
    color: paint.color,
    ground: tokens.hover,
  })
  const size = Math.min(14, Math.max(10, 11.5 * scale))
  drawText(context, host.name, { x: box.x + 22 * scale, y: box.y + line * scale + 0.5, size, color: tokens.text, width: 98 * scale })
  for (const [resource, y] of [
    ['cpu', line - 6],
    ['memory', line + 1.5],
  ] as const) {
    const { reserved, used } = shares(host, resource)
    const bar = { x: box.x + 126 * scale, y: box.y + y * scale, width: 90 * scale, height: 4.5 * scale }
    const high = reserved >= 0.9
    context.fillStyle = tokens.border
    context.fillRect(bar.x, bar.y, bar.width, bar.height)
    const alpha = context.globalAlpha
    context.fillStyle = high ? tokens.tone.warning : tokens.accent
    context.globalAlpha = alpha * 0.5
    context.fillRect(bar.x, bar.y, bar.width * reserved, bar.height)
    context.globalAlpha = alpha
    if (used !== null) context.fillRect(bar.x, bar.y + bar.height * 0.25, bar.width * used, bar.height * 0.5)
    // A full bar ends in a block, so that it is not the colour alone that says so.
    if (high) context.fillRect(bar.x + bar.width - 2 * scale, bar.y - scale, 3 * scale, bar.height + 2 * scale)
  }
  if (dots) drawDots(context, scene, { host, box })
}

function drawDots(context: CanvasRenderingContext2D, { painter, tokens, view }: Scene, { host, box }: Drawn): void {
  const { scale } = view
  const y = box.y + DOTS.y * scale
  host.instances.slice(0, DOTS.most).forEach((instance, index) => {
    const { shape, color } = painter.instance(instance)
    drawShape(context, shape, {
      x: box.x + (DOTS.x + index * DOTS.step) * scale,
      y,
      radius: DOTS.radius * scale,
      color,
      ground: tokens.hover,
    })
  })
  const more = host.instances.length - DOTS.most
  if (more > 0)
    drawText(context, `+${more}`, {
      x: box.x + box.width - 4 * scale,
      y,
      size: Math.max(9, 9 * scale),
      color: tokens.muted,
      width: 40 * scale,
      align: 'right',
    })
}

function drawStripes(context: CanvasRenderingContext2D, box: Box, color: string): void {
  context.save()
  context.globalAlpha *= 0.45
  context.strokeStyle = color
  context.lineWidth = 1
  context.beginPath()
  context.rect(box.x, box.y, box.width, box.height)
  context.clip()
  context.beginPath()
  for (let x = box.x - box.height; x < box.x + box.width; x += STRIPE_STEP_PX) {
    context.moveTo(x, box.y + box.height)
    context.lineTo(x + box.height, box.y)
  }
  context.stroke()
  context.restore()
}
