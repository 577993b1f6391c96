import type { Page } from 'playwright-core'
import { lookAt, runAxe } from './audit-page.ts'
import { settled, watchPage } from './watch-page.ts'

const NARROW = { width: 1280, height: 800 }
const WIDE = { width: 1920, height: 1080 }

/** Goes from page to page of one browser window and says what is wrong there. */
export class Walker {
  readonly #page: Page
  readonly #areas: readonly string[]
  readonly #watch: ReturnType<typeof watchPage>

  constructor(page: Page, areas: readonly string[]) {
    this.#page = page
    this.#areas = areas
    this.#watch = watchPage(page)
  }

  /** Language and colours, as a person has chosen them. */
  async dress(locale: string, theme: string): Promise<void> {
    await this.#page.emulateMedia({ reducedMotion: 'reduce' })
    await this.#page.evaluate(
      (chosen) => Object.entries(chosen).forEach(([name, value]) => localStorage.setItem(`spacefort.${name}`, value)),
      { locale, theme },
    )
    await this.#page.reload()
    await settled(this.#page)
  }

  async open(path: string): Promise<string[]> {
    const changed = await this.#page.evaluate(leaveFor, `#${path}`)
    if (changed) await this.#page.waitForFunction(() => !document.querySelector('[data-left]'), undefined, { timeout: 10_000 })
    return (await settled(this.#page)) ? [] : ['still loading after ten seconds']
  }

  /** One page with all its tabs. */
  async walk(path: string, rules?: readonly string[]): Promise<string[]> {
    const faults = [...(await this.open(path)), ...(await this.#audit(rules))].map((fault) => `${path}: ${fault}`)
    const tabs = this.#page.locator('main [role=tab]')
    for (let index = 1; index < (await tabs.count()); index++) {
      const tab = tabs.nth(index)
      const name = await tab.innerText()
      await tab.click()
      await settled(this.#page)
      faults.push(...(await this.#audit(rules)).map((fault) => `${path} ${name}: ${fault}`))
    }
    return faults
  }

  /** Every dialog that a button in the head of the page opens. */
  async walkDialogs(path: string): Promise<string[]> {
    const faults: string[] = []
    await this.open(path)
    const buttons = this.#page.locator('main header button:enabled')
    const dialog = this.#page.getByRole('dialog')
    for (let index = 0; index < (await buttons.count()); index++) {
      const name = `${path} ${await buttons.nth(index).innerText()}`
      await buttons.nth(index).click()
      if (!(await appears(dialog))) {
        await this.open(path)
        continue
      }
      await settled(this.#page)
      faults.push(...(await this.#audit()).map((fault) => `${name}: ${fault}`))
      await this.#page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden', timeout: 3000 }).catch(() => faults.push(`${name}: Escape does not close it`))
      await this.open('/no-such-page')
      await this.open(path)
    }
    return faults
  }

  /** All that is wrong with what is on the screen, in both sizes. */
  async #audit(rules?: readonly string[]): Promise<string[]> {
    const faults = [...(await lookAt(this.#page, this.#areas)), ...(await runAxe(this.#page, rules))]
    await this.#page.setViewportSize(WIDE)
    await this.#page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 60))))
    faults.push(...(await lookAt(this.#page, this.#areas)).map((fault) => `${fault} (at ${WIDE.width} px)`))
    await this.#page.setViewportSize(NARROW)
    return [...new Set([...faults, ...this.#watch.takeAll()])]
  }
}

/** Runs in the page: goes to another address, and marks what is on the screen so that one sees when it has gone. */
function leaveFor(hash: string): boolean {
  if (location.hash === hash) return false
  const shown = document.querySelector<HTMLElement>('main > *') ?? document.querySelector<HTMLElement>('main')
  if (shown) shown.dataset['left'] = ''
  location.hash = hash
  return shown !== null
}

function appears(dialog: ReturnType<Page['getByRole']>): Promise<boolean> {
  return dialog
    .first()
    .waitFor({ timeout: 1500 })
    .then(
      () => true,
      () => false,
    )
}
