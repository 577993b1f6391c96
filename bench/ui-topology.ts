import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core'
import { seedPool } from '../tests/support/seed-pool.ts'

const ROOT = join(import.meta.dirname, '..')
const SIZE = { hosts: 2000, instances: 20_000, apps: 50 }
const PAN_STEPS = 60
/** The graph needs WebGL; without a graphics card it is computed. */
const FLAGS = ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist', '--no-first-run', '--disable-background-networking']

interface Result {
  case: string
  metric: string
  value: number
  unit: string
}

/** Measures the topology page with 2,000 hosts and 20,000 instances in a real browser: first picture, panning, memory. */
async function measure(view: 'racks' | 'graph', link: { browser: Browser; url: string; signInLink: string }): Promise<Result[]> {
  const page = await signedIn(link)
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  await watchLongTasks(page)
  const openedAt = performance.now()
  await page.goto(`${link.url}/#/topology?view=${view}`)
  await page.locator(view === 'racks' ? '.racks canvas' : '.graph canvas').first().waitFor()
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
  const firstPictureMs = performance.now() - openedAt
  await page.waitForTimeout(1500)
  const results: Result[] = [{ case: `topology-${view}`, metric: 'firstPictureMs', value: Math.round(firstPictureMs), unit: 'ms' }]
  for (const zoom of [0, 3, 7]) {
    for (let step = 0; step < (zoom === 0 ? 0 : zoom === 3 ? 3 : 4); step++) await page.getByRole('button', { name: 'Zoom in' }).click()
    const panned = await pan(page, session)
    process.stderr.write(`${view} zoom ${zoom}: ${JSON.stringify(panned)}\n`)
    results.push({ case: `topology-${view}-zoom${zoom}`, metric: 'mainThreadMsPerFrame', value: panned.msPerFrame, unit: 'ms' })
    results.push({ case: `topology-${view}-zoom${zoom}`, metric: 'framesPerSecond', value: panned.framesPerSecond, unit: '1/s' })
    results.push({ case: `topology-${view}-zoom${zoom}`, metric: 'longTasks', value: panned.longTasks, unit: '' })
  }
  await session.send('HeapProfiler.collectGarbage')
  const { JSHeapUsedSize } = await metrics(session)
  results.push({ case: `topology-${view}`, metric: 'heapBytes', value: JSHeapUsedSize ?? 0, unit: 'bytes' })
  await page.context().close()
  return results
}

async function signedIn({ browser, signInLink, url }: { browser: Browser; signInLink: string; url: string }): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, locale: 'en-GB', ...(cookies ? { storageState: cookies } : {}) })
  const page = await context.newPage()
  await page.goto(cookies ? `${url}/#/settings` : signInLink)
  await page.getByRole('navigation').first().waitFor()
  // The link is good for one sign-in only; later pages carry on with its session.
  cookies ??= await context.storageState()
  return page
}
let cookies: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>> | undefined

async function watchLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { longTasks: 0 }
    Object.assign(globalThis, { seen })
    new PerformanceObserver((list) => (seen.longTasks += list.getEntries().length)).observe({ type: 'longtask' })
  })
  await page.reload()
  await page.getByRole('navigation').first().waitFor()
}

async function metrics(session: CDPSession): Promise<Record<string, number>> {
  const { metrics: list } = await session.send('Performance.getMetrics')
  return Object.fromEntries(list.map(({ name, value }) => [name, value]))
}

/** Drags the picture to and fro, one step a frame, as a hand does. */
async function pan(page: Page, session: CDPSession): Promise<{ msPerFrame: number; framesPerSecond: number; longTasks: number }> {
  const box = await page.locator('[data-test=pool-map]').boundingBox()
  if (!box) throw new Error('the picture is not on the screen')
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  const longTasks = () => page.evaluate(() => (globalThis as unknown as { seen: { longTasks: number } }).seen.longTasks)
  await page.mouse.move(middle.x, middle.y)
  await page.mouse.down()
  await page.evaluate(() => {
    const count = { frames: 0, on: true }
    Object.assign(globalThis, { count })
    const tick = () => {
      count.frames++
      if (count.on) requestAnimationFrame(tick)
    }
    requestAnimationFrame(tick)
  })
  const [before, longBefore, startedAt] = [await metrics(session), await longTasks(), performance.now()]
  for (let step = 1; step <= PAN_STEPS; step++) {
    await page.mouse.move(middle.x + Math.sin(step / 12) * 180, middle.y + Math.cos(step / 12) * 90)
    await page.waitForTimeout(16)
  }
  const seconds = (performance.now() - startedAt) / 1000
  const after = await metrics(session)
  const frames = await page.evaluate(() => {
    const { count } = globalThis as unknown as { count: { frames: number; on: boolean } }
    count.on = false
    return count.frames
  })
  await page.mouse.up()
  const busyMs = ((after['TaskDuration'] ?? 0) - (before['TaskDuration'] ?? 0)) * 1000
  return { msPerFrame: round(busyMs / frames), framesPerSecond: round(frames / seconds), longTasks: (await longTasks()) - longBefore }
}

const round = (value: number) => Math.round(value * 100) / 100

async function startServer(dataDir: string): Promise<{ server: ChildProcess; url: string; signInLink: string }> {
  const args = ['tests/support/serve-pool.ts', '--data', dataDir, ...(process.env['RENDERER_DIR'] ? ['--renderer', process.env['RENDERER_DIR']] : [])]
  const server = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve, reject) => {
    server.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()))
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
  return { server, ...(JSON.parse(line) as { url: string; signInLink: string }) }
}

const dataDir = mkdtempSync(join(tmpdir(), 'spacefort-bench-'))
try {
  await seedPool(dataDir, SIZE)
  const { server, ...link } = await startServer(dataDir)
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  try {
    const results: Result[] = []
    for (const view of ['racks', 'graph'] as const) results.push(...(await measure(view, { browser, ...link })))
    const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`
    process.stdout.write(`${JSON.stringify({ bench: 'ui', at: new Date().toISOString(), machine, results })}\n`)
  } finally {
    await browser.close()
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGTERM')
    await ended
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
