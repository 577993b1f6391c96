import type { Page } from 'playwright-core'

/** The graphics driver's remarks on drawing without a graphics card; the console cannot do anything about them. */
const DRIVER = /GL Driver Message|Automatic fallback to software WebGL/

/** Collects every error and warning of the page, and every message that lacks a translation (the console reports those as errors). */
export function watchPage(page: Page): { takeAll: () => string[] } {
  let seen: string[] = []
  page.on('pageerror', (error) => seen.push(`error in the page: ${error.message}`))
  page.on('console', (message) => {
    const isBad = message.type() === 'error' || message.type() === 'warning'
    if (isBad && !DRIVER.test(message.text()))
      seen.push(`${message.type()} on the browser's console: ${message.text()} ${message.location().url}`)
  })
  return {
    takeAll() {
      const all = [...new Set(seen)]
      seen = []
      return all
    },
  }
}

/** Resolves when nothing is loading any more; false when something still is after ten seconds. */
export async function settled(page: Page): Promise<boolean> {
  try {
    await page.waitForFunction(
      () =>
        document.querySelector('h1,h2') &&
        !document.querySelector(
          '[aria-busy=true], main .n-skeleton, main .n-data-table--loading, main .n-base-loading:not(.n-base-suffix)',
        ),
      undefined,
      { timeout: 10_000, polling: 100 },
    )
  } catch {
    return false
  }
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 120))))
  return true
}
