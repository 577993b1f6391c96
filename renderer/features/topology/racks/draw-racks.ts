import type { RackBox } from '../model/rack-layout.ts'
import { RACK_HEAD, SLOT, type Box } from '../model/rack-layout.ts'
import type { Paint } from '../model/paint.ts'
import { drawShape } from './draw-shape.ts'
import { drawSlot } from './draw-slot.ts'
import { drawText, outline } from './draw-text.ts'
import { detailAt, type Scene } from './scene.ts'

const LEAST_BAND_PX = 8
const DIMMED = 'dimmed'

/** Draws what is on the screen, and nothing beside it. */
export function drawRacks(context: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, view, screen, tokens, words } = scene
  context.fillStyle = tokens.page
  context.fillRect(0, 0, screen.width, screen.height)
  const seen: Box = { x: view.x, y: view.y, width: screen.width / view.scale, height: screen.height / view.scale }
  const visible = (box: Box) =>
    box.x < seen.x + seen.width && seen.x < box.x + box.width && box.y < seen.y + seen.height && seen.y < box.y + box.height
  for (const centre of layout.centres)
    if (visible(centre))
      drawFrame(context, scene, {
        box: centre,
        title: centre.name ?? words.noCentre,
        head: layout.heads.centre,
        ground: tokens.surface,
        dashed: centre.name === null,
      })
  for (const room of layout.rooms) {
    if (visible(room))
      drawFrame(context, scene, {
        box: room,
        title: room.name ?? words.noRoom,
        head: layout.heads.room,
        ground: tokens.raised,
        dashed: room.name === null,
      })
  }
  const draw = detailAt(view.scale) === 'tiles' ? drawTile : drawCabinet
  for (const rack of layout.racks) if (visible(rack)) draw(context, scene, rack)
}

function onScreen({ view }: Scene, box: Box): Box {
  return {
    x: (box.x - view.x) * view.scale,
    y: (box.y - view.y) * view.scale,
    width: box.width * view.scale,
    height: box.height * view.scale,
  }
}

interface Frame {
  box: Box
  title: string
  head: number
  ground: string
  dashed: boolean
}

function drawFrame(context: CanvasRenderingContext2D, scene: Scene, { box, title, head, ground, dashed }: Frame): void {
  const { tokens, view } = scene
  const { x, y, width, height } = onScreen(scene, box)
  context.fillStyle = ground
  context.strokeStyle = tokens.border
  context.lineWidth = 1
  context.setLineDash(dashed ? [4, 4] : [])
  context.beginPath()
  context.roundRect(x, y, width, height, Math.min(10, 12 * view.scale))
  context.fill()
  context.stroke()
  context.setLineDash([])
  const headPx = head * view.scale
  const size = Math.min(20, Math.max(10.5, headPx * 0.4))
  if (headPx < 8) return
  const y0 = y + Math.min(headPx, 60) / 2 + 0.5
  drawText(context, title, {
    x: Math.max(x, 0) + 6,
    y: y0,
    size,
    color: tokens.text,
    weight: 600,
    width: Math.max(width - 12, dashed ? 130 : 0),
  })
}

function drawCabinet(context: CanvasRenderingContext2D, scene: Scene, rack: RackBox): void {
  const { tokens, view, words } = scene
  drawRackFrame(context, scene, rack)
  const { x, y, width } = onScreen(scene, rack)
  const headPx = RACK_HEAD * view.scale
  const size = Math.min(13, Math.max(8, headPx * 0.62))
  const name = rack.rack.name ?? words.noRack
  if (headPx >= 8) drawText(context, name, { x: x + 6, y: y + headPx / 2, size, color: tokens.muted, width: width - 12, weight: 600 })
  const bottom = scene.screen.height / view.scale + view.y
  for (const slot of rack.slots) if (slot.y < bottom && slot.y + SLOT.height > view.y) drawSlot(context, scene, slot)
}

function drawRackFrame(context: CanvasRenderingContext2D, scene: Scene, rack: RackBox): void {
  const { tokens, view } = scene
  const { x, y, width, height } = onScreen(scene, rack)
  context.fillStyle = tokens.page
  context.strokeStyle = tokens.border
  context.lineWidth = 1
  context.setLineDash(rack.placed ? [] : [3, 3])
  context.beginPath()
  context.roundRect(x, y, width, height, Math.min(6, 8 * view.scale))
  context.fill()
  context.stroke()
  context.setLineDash([])
}

/** How many hosts of the rack have which look, in the order of the legend, so that the worst is on top. */
function countLooks(scene: Scene, rack: RackBox): { paint: Paint; count: number }[] {
  const counts = new Map<string, number>()
  for (const { host: name } of rack.slots) {
    const host = scene.hosts.get(name)
    const key = !host || (scene.matching && !scene.matching.has(name)) ? DIMMED : scene.painter.host(host).key
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const looks: Paint[] = [...scene.painter.legend, { key: DIMMED, color: scene.tokens.hover, shape: 'disc' }]
  return looks.flatMap((paint) => (counts.has(paint.key) ? [{ paint, count: counts.get(paint.key) ?? 0 }] : []))
}

/** A rack from far: bands by look, as high as they are many, but never too small to be seen. */
function drawTile(context: CanvasRenderingContext2D, scene: Scene, rack: RackBox): void {
  const { tokens, words, view } = scene
  drawRackFrame(context, scene, rack)
  const { x, y, width, height } = onScreen(scene, rack)
  const headPx = Math.min(height * 0.3, Math.max(RACK_HEAD * view.scale, 13))
  if (width > 30)
    drawText(context, rack.rack.name ?? words.noRack, {
      x: x + 3,
      y: y + headPx / 2 + 0.5,
      size: 10,
      color: tokens.muted,
      width: width - 5,
    })
  const body = { x: x + 1.5, y: y + headPx, width: width - 3, height: height - headPx - 1.5 }
  const looks = countLooks(scene, rack)
  const least = Math.min(LEAST_BAND_PX, body.height / Math.max(1, looks.length))
  const free = body.height - least * looks.length
  let top = body.y
  for (const { paint, count } of looks) {
    const bandHeight = least + (free * count) / rack.slots.length
    context.fillStyle = paint.color
    context.globalAlpha = paint.key === DIMMED ? 1 : 0.85
    context.fillRect(body.x, top, body.width, bandHeight - 1)
    context.globalAlpha = 1
    // The disc means that all is as usual: what has no sign needs none.
    if (paint.key !== DIMMED && paint.shape !== 'disc' && body.width > 12 && bandHeight >= 7)
      drawBandSign(context, scene, { paint, count, top, height: bandHeight, body })
    top += bandHeight
  }
  if (scene.selected !== null && rack.slots.some(({ host }) => host === scene.selected))
    outline(context, tokens.text, { x, y, width, height })
}

function drawBandSign(
  context: CanvasRenderingContext2D,
  scene: Scene,
  band: { paint: Paint; count: number; top: number; height: number; body: Box },
): void {
  const { paint, count, top, height, body } = band
  const { tokens } = scene
  const radius = Math.min(5, height / 2 - 1.2)
  const middle = top + (height - 1) / 2
  drawShape(context, paint.shape, { x: body.x + radius + 3, y: middle, radius, color: tokens.page, ground: paint.color })
  if (body.width > 34 && height > 11)
    drawText(context, String(count), {
      x: body.x + body.width - 3,
      y: middle + 0.5,
      size: 10,
      color: tokens.page,
      width: 30,
      weight: 650,
      align: 'right',
    })
}
