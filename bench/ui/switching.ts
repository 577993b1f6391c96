import { progress, quantile, round, type Result } from '../report.ts'
import { isUseful, PATIENCE_MS, type ConsoleWindows } from './console-window.ts'
import { Meter } from './meter.ts'

const ROUNDS = 4

/** Goes round the pages, all of them loaded before; the main thread's time from the click to the settled page. */
export async function measureSwitching(windows: ConsoleWindows, paths: Readonly<Record<string, string>>): Promise<Result[]> {
  const page = await windows.open('/settings')
  const meter = await Meter.of(page)
  const spent = new Map<string, number[]>()
  for (let round_ = 0; round_ <= ROUNDS; round_++) {
    for (const [name, path] of Object.entries(paths)) {
      const { mainThreadMs } = await meter.during(async () => {
        await page.evaluate(leaveFor, `#${path}`)
        await page.waitForFunction(() => !document.querySelector('[data-left]'), undefined, { polling: 'raf', timeout: PATIENCE_MS })
        await isUseful(page)
        await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      })
      // The first round loads the parts of the page; what is asked is the switch to a page one has seen before.
      if (round_ > 0) spent.set(name, [...(spent.get(name) ?? []), mainThreadMs])
    }
  }
  await page.context().close()
  return [...spent].map(([name, values]) => {
    const value = round(quantile(values, 0.5))
    progress(`${name}: switch ${values.map(Math.round).join(' ')} ms`)
    return { case: name, metric: 'switchMainThreadMs', value, unit: 'ms' }
  })
}

/** Runs in the page. */
function leaveFor(hash: string): void {
  document.querySelector<HTMLElement>('main > *')?.setAttribute('data-left', '')
  location.hash = hash
}
