import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { launchBrowser } from '../support/browser.ts'
import { seedPool } from '../support/seed-pool.ts'

const SERVE = join(import.meta.dirname, '../support/serve-pool.ts')
const WHEELS = 120

/** What the page counts while it is measured. */
interface Seen {
  framesSeen: number
  longTasks: number[]
}

/** The list of hosts of a seeded pool in a real browser, with nothing else going on in the core. */
export class ListUnderTest {
  readonly #data: string
  readonly #server: ChildProcess
  readonly #browser: Browser
  readonly #page: Page
  readonly #metrics: CDPSession
  readonly #hosts: number

  private constructor(parts: { data: string; server: ChildProcess; browser: Browser; page: Page; metrics: CDPSession; hosts: number }) {
    this.#data = parts.data
    this.#server = parts.server
    this.#browser = parts.browser
    this.#page = parts.page
    this.#metrics = parts.metrics
    this.#hosts = parts.hosts
  }

  static async open(renderer: string, hosts: number): Promise<ListUnderTest> {
    const data = mkdtempSync(join(tmpdir(), 'spacefort-list-'))
    await seedPool(data, { hosts, instances: hosts * 5, apps: 30 })
    const server = spawn(process.execPath, [SERVE, '--data', data, '--renderer', renderer], { stdio: ['ignore', 'pipe', 'inherit'] })
    const { url, signInLink } = JSON.parse(await firstLine(server)) as { url: string; signInLink: string }
    const browser = await launchBrowser()
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })).newPage()
    await page.goto(signInLink)
    await page.waitForURL(({ hash }) => !hash.includes('sign-in'))
    await page.goto(`${url}/#/hosts`)
    await page.getByText('host-0001').waitFor()
    await page.waitForTimeout(1000)
    const metrics = await page.context().newCDPSession(page)
    // Time on the processor, so that what else the machine does is not counted.
    await metrics.send('Performance.enable', { timeDomain: 'threadTicks' })
    return new ListUnderTest({ data, server, browser, page, metrics, hosts })
  }

  /** Main-thread milliseconds for each frame while scrolling, and in all for a filter; long tasks in milliseconds. */
  async measure() {
    await this.#page.evaluate(watchFrames)
    const table = await this.#page.locator('main table').last().boundingBox()
    await this.#page.mouse.move((table?.x ?? 300) + 200, (table?.y ?? 300) + 150)
    const scroll = await this.#spent(async () => {
      for (let wheel = 0; wheel < WHEELS; wheel++) {
        await this.#page.mouse.wheel(0, 520)
        await this.#page.waitForTimeout(16)
      }
    })
    await this.#page.mouse.wheel(0, this.#hosts * 60)
    const last = this.#page.getByText(`host-${this.#hosts}`)
    await last.waitFor()
    const filter = await this.#spent(async () => {
      await this.#page.locator('[data-state=unreachable]').click()
      await this.#page.waitForURL(({ hash }) => hash.includes('status=unreachable'))
      await this.#page.getByRole('button', { name: 'All', exact: true }).click()
      await this.#page.getByPlaceholder('Find by name').fill('room 2')
      await this.#page.getByText(/of 3,000 hosts/).waitFor()
      await this.#page.waitForTimeout(300)
    })
    const counted = await this.#page.getByText(/of 3,000 hosts/).innerText()
    return {
      case: `${this.#hosts}-hosts`,
      lastRow: `host-${this.#hosts}`,
      mainThreadMsPerFrame: Number((scroll.ms / Math.max(1, scroll.frames)).toFixed(2)),
      frames: scroll.frames,
      longTasks: scroll.long.length,
      filterMainThreadMs: Math.round(filter.ms),
      filterLongTasks: filter.long.length,
      filtered: Number(counted.split(' ')[0]?.replaceAll(',', '')),
    }
  }

  async #spent(work: () => Promise<void>): Promise<{ ms: number; frames: number; long: number[] }> {
    const take = async () => {
      const { metrics } = await this.#metrics.send('Performance.getMetrics')
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000
    }
    await this.#page.evaluate(() => Object.assign(globalThis, { framesSeen: 0, longTasks: [] }))
    const before = await take()
    await work()
    const ms = (await take()) - before
    const { framesSeen, longTasks } = await this.#page.evaluate(() => {
      const { framesSeen: frames, longTasks: tasks } = globalThis as unknown as Seen
      return { framesSeen: frames, longTasks: tasks }
    })
    return { ms, frames: framesSeen, long: longTasks }
  }

  async dispose(): Promise<void> {
    await this.#browser.close()
    const ended = new Promise((resolve) => this.#server.once('exit', resolve))
    this.#server.kill('SIGTERM')
    await ended
    rmSync(this.#data, { recursive: true, force: true })
  }
}

/** Runs in the page: counts frames and notes tasks that block it for 50 ms and more. */
function watchFrames(): void {
  const seen = globalThis as unknown as Seen
  seen.framesSeen = 0
  seen.longTasks = []
  const tick = () => {
    seen.framesSeen++
    requestAnimationFrame(tick)
  }
  tick()
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => seen.longTasks.push(Math.round(entry.duration)))).observe({
    entryTypes: ['longtask'],
  })
}

function firstLine(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    server.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '')
    })
  })
}
