import type { CDPSession, Page } from 'playwright-core'

interface Counted {
  frames: number
  longTasks: number
}

/** What the main thread of one page spends, by the browser's own count. */
export class Meter {
  readonly #page: Page
  readonly #session: CDPSession

  private constructor(page: Page, session: CDPSession) {
    this.#page = page
    this.#session = session
  }

  static async of(page: Page): Promise<Meter> {
    const session = await page.context().newCDPSession(page)
    // Time the processor worked for this thread, so that other programs on the machine do not count.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    await page.evaluate(countFrames)
    return new Meter(page, session)
  }

  async #metric(name: string): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics')
    return metrics.find((metric) => metric.name === name)?.value ?? 0
  }

  #counted(): Promise<Counted> {
    return this.#page.evaluate(() => ({ ...(globalThis as unknown as { counted: Counted }).counted }))
  }

  /** Milliseconds of the main thread while `work` goes on, with the frames drawn and the tasks longer than 50 ms. */
  async during(work: () => Promise<unknown>): Promise<Counted & { mainThreadMs: number }> {
    const [before, countedBefore] = [await this.#metric('TaskDuration'), await this.#counted()]
    await work()
    const [after, counted] = [await this.#metric('TaskDuration'), await this.#counted()]
    return {
      mainThreadMs: (after - before) * 1000,
      frames: counted.frames - countedBefore.frames,
      longTasks: counted.longTasks - countedBefore.longTasks,
    }
  }

  /** Bytes of JavaScript objects that are really in use. */
  async heapBytes(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage')
    return this.#metric('JSHeapUsedSize')
  }
}

/** Runs in the page. */
function countFrames(): void {
  const counted = { frames: 0, longTasks: 0 }
  Object.assign(globalThis, { counted })
  const tick = () => {
    counted.frames++
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
  new PerformanceObserver((list) => (counted.longTasks += list.getEntries().length)).observe({ type: 'longtask' })
}
