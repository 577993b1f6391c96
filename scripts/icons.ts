// Draws resources/icons/ from the console's own icon: `npm run icons`, after renderer/public/icon.svg has changed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const ROOT = join(import.meta.dirname, '..')
const FOLDER = join(ROOT, 'resources', 'icons')
const SIZES = [16, 32, 48, 64, 128, 256, 512, 1024]
const LINUX_SIZES = [16, 32, 48, 64, 128, 256, 512]
const ICO_SIZES = [16, 32, 48, 64, 128, 256]
const ICNS_TYPES: readonly (readonly [type: string, size: number])[] = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
]

const TRAY_FOLDER = join(ROOT, 'resources', 'tray')
/** File name suffix by size in pixels; the system takes the one that fits its screen. */
const TRAY_SIZES: readonly (readonly [suffix: string, size: number])[] = [
  ['', 16],
  ['@1.5x', 24],
  ['@2x', 32],
]
/** How everything is, told by a shape that is not the others' as well as by its colour. */
const TRAY_MARKS = {
  ok: '',
  warning: '<path d="M21.5 15.5 31 31H12z" fill="#ffb020" stroke="#12343b" stroke-width="2" stroke-linejoin="round"/>',
  critical: '<rect x="15" y="15" width="16" height="16" fill="#ff4d3d" stroke="#fff" stroke-width="2.5"/>',
}

const svg = readFileSync(join(ROOT, 'renderer', 'public', 'icon.svg'), 'utf8')
const pngs = await draw(svg)
mkdirSync(FOLDER, { recursive: true })
for (const size of LINUX_SIZES) writeFileSync(join(FOLDER, `${size}x${size}.png`), png(size))
writeFileSync(join(FOLDER, 'icon.ico'), ico())
writeFileSync(join(FOLDER, 'icon.icns'), icns())

mkdirSync(TRAY_FOLDER, { recursive: true })
for (const [level, mark] of Object.entries(TRAY_MARKS)) {
  const drawn = await draw(
    svg.replace('</svg>', `${mark}</svg>`),
    TRAY_SIZES.map(([, size]) => size),
  )
  for (const [suffix, size] of TRAY_SIZES) writeFileSync(join(TRAY_FOLDER, `${level}${suffix}.png`), drawn.get(size)!)
}

async function draw(svg: string, sizes = SIZES): Promise<Map<number, Buffer>> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
  const page = await browser.newPage()
  const result = new Map<number, Buffer>()
  for (const size of sizes) {
    await page.setViewportSize({ width: size, height: size })
    await page.setContent(`<style>html,body{margin:0;overflow:hidden}svg{display:block;width:100vw;height:100vh}</style>${svg}`)
    result.set(size, await page.screenshot({ omitBackground: true }))
  }
  await browser.close()
  return result
}

function png(size: number): Buffer {
  return pngs.get(size)!
}

/** A directory of 16 bytes an image, then the images; Windows has read PNG in it since Vista. */
function ico(): Buffer {
  const header = Buffer.from([0, 0, 1, 0, ICO_SIZES.length, 0])
  let offset = header.length + 16 * ICO_SIZES.length
  const entries = ICO_SIZES.map((size) => {
    const entry = Buffer.alloc(16)
    entry.writeUInt8(size % 256, 0)
    entry.writeUInt8(size % 256, 1)
    entry.writeUInt16LE(1, 4)
    entry.writeUInt16LE(32, 6)
    entry.writeUInt32LE(png(size).length, 8)
    entry.writeUInt32LE(offset, 12)
    offset += png(size).length
    return entry
  })
  return Buffer.concat([header, ...entries, ...ICO_SIZES.map(png)])
}

/** Blocks of type, length and image, in one block of type "icns". */
function icns(): Buffer {
  const block = (type: string, content: Buffer) => {
    const head = Buffer.alloc(8)
    head.write(type, 0, 'latin1')
    head.writeUInt32BE(content.length + 8, 4)
    return Buffer.concat([head, content])
  }
  return block('icns', Buffer.concat(ICNS_TYPES.map(([type, size]) => block(type, png(size)))))
}
