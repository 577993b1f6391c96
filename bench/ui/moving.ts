import type { Page } from 'playwright-core'
import { progress, round, type Result } from '../report.ts'
import type { ConsoleWindows } from './console-window.ts'
import { Meter } from './meter.ts'

const SCROLL_STEPS = 200
const PAN_STEPS = 80

/** Scrolls a long list to its end, a good half of the window a frame, which is faster than anybody reads. */
export async function measureScrolling(windows: ConsoleWindows, name: string, path: string): Promise<Result[]> {
  const page = await windows.open(path)
  const meter = await Meter.of(page)
  return reported(name, page, { meter, spent: await meter.during(() => page.evaluate(scrollToEnd, SCROLL_STEPS)) })
}

/** Drags a map to and fro, as a hand does. */
export async function measurePanning(windows: ConsoleWindows, name: string, path: string): Promise<Result[]> {
  const page = await windows.open(path)
  await page.waitForFunction(() => [...document.querySelectorAll('main canvas')].some((canvas) => canvas.clientWidth > 400))
  await page.waitForTimeout(1500)
  const meter = await Meter.of(page)
  const box = await page.locator('[data-test=pool-map]').boundingBox()
  if (!box) throw new Error('the map is not on the screen')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  await page.mouse.move(middle.x, middle.y)
  await page.mouse.down()
  const spent = await meter.during(async () => {
    for (let step = 1; step <= PAN_STEPS; step++) {
      await page.mouse.move(middle.x + Math.sin(step / 12) * 180, middle.y + Math.cos(step / 12) * 90)
      await page.waitForTimeout(16)
    }
  })
  await page.mouse.up()
  return reported(name, page, { meter, spent })
}

interface Measured {
  meter: Meter
  spent: Awaited<ReturnType<Meter['during']>>
}

async function reported(name: string, page: Page, { meter, spent }: Measured): Promise<Result[]> {
  const heapBytes = await meter.heapBytes()
  await page.context().close()
  const perFrame = round(spent.mainThreadMs / Math.max(1, spent.frames), 2)
  progress(
    `${name}: ${perFrame} ms a frame over ${spent.frames} frames, ${spent.longTasks} long tasks, heap ${round(heapBytes / 2 ** 20)} MiB`,
  )
  return [
    { case: name, metric: 'mainThreadMsPerFrame', value: perFrame, unit: 'ms' },
    { case: name, metric: 'frames', value: spent.frames, unit: '1' },
    { case: name, metric: 'longTasks', value: spent.longTasks, unit: '1' },
    { case: name, metric: 'heapBytes', value: heapBytes, unit: 'bytes' },
  ]
}

/** Runs in the page. */
async function scrollToEnd(steps: number): Promise<void> {
  const boxes = [...document.querySelectorAll('main, main *')].filter((box) => /auto|scroll/.test(getComputedStyle(box).overflowY))
  const [longest] = boxes.sort((one, other) => other.scrollHeight - one.scrollHeight)
  if (!longest) throw new Error('nothing here scrolls')
  const stride = (longest.scrollHeight - longest.clientHeight) / steps
  for (let step = 0; step < steps; step++) {
    longest.scrollTop += step % 4 === 3 ? stride * 4 - 1200 : 400
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
}
