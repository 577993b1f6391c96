import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { PoolServer } from '../../tests/support/pool-server.ts'

/** On a busy machine the first picture may take long; the benchmark then says so, and does not fail. */
export const PATIENCE_MS = 120_000
const VIEWPORT = { width: 1920, height: 1080 }
type Session = Awaited<ReturnType<BrowserContext['storageState']>>

/** Windows of one console; all of them belong to the person the sign-in link was for. */
export class ConsoleWindows {
  readonly #browser: Browser
  readonly #server: PoolServer
  #session: Session | undefined

  constructor(browser: Browser, server: PoolServer) {
    this.#browser = browser
    this.#server = server
  }

  /** A window with an empty cache that has loaded nothing yet. */
  async blank(): Promise<Page> {
    this.#session ??= await this.#signIn()
    const context = await this.#browser.newContext({ viewport: VIEWPORT, locale: 'en-GB', storageState: this.#session })
    return context.newPage()
  }

  async open(path: string): Promise<Page> {
    const page = await this.blank()
    await page.goto(this.address(path))
    await isUseful(page)
    return page
  }

  address(path: string): string {
    return `${this.#server.url}/#${path}`
  }

  async #signIn(): Promise<Session> {
    const context = await this.#browser.newContext({ viewport: VIEWPORT, locale: 'en-GB' })
    const page = await context.newPage()
    await page.goto(this.#server.signInLink)
    await page.getByRole('navigation').first().waitFor()
    const session = await context.storageState()
    await context.close()
    return session
  }
}

/** Resolves once the page shows what it is for: its heading and its data, nothing grey or turning any more. */
export async function isUseful(page: Page): Promise<void> {
  await page.waitForFunction(usefulNow, undefined, { polling: 'raf', timeout: PATIENCE_MS })
}

/** Runs in the page. */
export function usefulNow(): boolean {
  const main = document.querySelector('main')
  const waits = '[aria-busy=true], .n-skeleton, .n-data-table--loading'
  return Boolean(main?.querySelector('h1') && main.innerText.length > 60 && !main.querySelector(waits))
}
