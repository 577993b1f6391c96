import { gzipSync } from 'node:zlib'
import type { Page, Response } from 'playwright-core'
import { progress, quantile, round, type Result } from '../report.ts'
import { PATIENCE_MS, usefulNow, type ConsoleWindows } from './console-window.ts'

const RUNS = 5

/** From the address to the first picture with the data on it, with an empty cache and with a full one; and what had to come over the line. */
export async function measureFirstPicture(windows: ConsoleWindows, name: string, path: string): Promise<Result[]> {
  const cold: number[] = []
  const warm: number[] = []
  let bytes = { code: 0, fonts: 0 }
  for (let run = 0; run < RUNS; run++) {
    const page = await windows.blank()
    await page.addInitScript(`(${noteFirstPicture.toString()})(${usefulNow.toString()})`)
    const loaded = noteBytes(page)
    cold.push(await openedIn(page, () => page.goto(windows.address(path))))
    bytes = await loaded()
    warm.push(await openedIn(page, () => page.reload()))
    await page.context().close()
  }
  progress(`${name}: first picture ${cold.map(Math.round).join(' ')} ms cold, ${warm.map(Math.round).join(' ')} ms warm`)
  return [
    { case: name, metric: 'firstPictureMs', value: round(quantile(cold, 0.5)), unit: 'ms' },
    { case: name, metric: 'firstPictureWarmMs', value: round(quantile(warm, 0.5)), unit: 'ms' },
    { case: name, metric: 'firstRouteGzipBytes', value: bytes.code, unit: 'bytes' },
    { case: name, metric: 'firstRouteFontBytes', value: bytes.fonts, unit: 'bytes' },
  ]
}

async function openedIn(page: Page, open: () => Promise<unknown>): Promise<number> {
  await open()
  const picture = await page.waitForFunction(() => (globalThis as { pictureAt?: number }).pictureAt, undefined, { timeout: PATIENCE_MS })
  return Number(await picture.jsonValue())
}

/** Runs in the page, before anything else: notes when the first useful frame was drawn, in milliseconds since the address was opened. */
function noteFirstPicture(useful: () => boolean): void {
  const look = () => {
    if (useful()) requestAnimationFrame(() => setTimeout(() => Object.assign(globalThis, { pictureAt: performance.now() })))
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** Sizes of what the page loads from now on: markup, code and styles as they would be with gzip, fonts as they are. */
function noteBytes(page: Page): () => Promise<{ code: number; fonts: number }> {
  const sizes: Promise<{ code: number; fonts: number }>[] = []
  const note = (response: Response) => {
    const type = response.headers()['content-type'] ?? ''
    if (/html|javascript|css/.test(type)) sizes.push(response.body().then((body) => ({ code: gzipSync(body).length, fonts: 0 })))
    if (type.includes('font')) sizes.push(response.body().then((body) => ({ code: 0, fonts: body.length })))
  }
  page.on('response', note)
  return async () => {
    page.off('response', note)
    const all = await Promise.all(sizes)
    return { code: all.reduce((sum, { code }) => sum + code, 0), fonts: all.reduce((sum, { fonts }) => sum + fonts, 0) }
  }
}
