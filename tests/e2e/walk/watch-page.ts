import type { Page } from 'playwright-core'

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
