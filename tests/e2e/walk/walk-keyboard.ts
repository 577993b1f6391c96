import type { Page } from 'playwright-core'

const STEPS = 150
const SIGNS = ['outline', 'boxShadow', 'borderColor', 'backgroundColor', 'textDecoration'] as const

/**
 * Goes through the page with the Tab key, once around. Says which controls it never reached, and on which ones nothing shows
 * that they have the focus. `within` narrows the second question: what surrounds every page need not be asked on every page.
 */
export async function walkKeyboard(page: Page, within: string): Promise<string[]> {
  // Looks that glide into each other would have to be waited for at every control.
  await page.addStyleTag({ content: '*,*::before,*::after{transition:none!important}' })
  await page.evaluate(markControls)
  const faults: string[] = []
  for (let step = 0; step < STEPS; step++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(lookAtFocus, { signs: SIGNS, within })
    if (at === 'left' && step > 0) break
    if (at !== 'left' && at !== 'seen') faults.push(at)
    if (at === 'again') break
  }
  return [...faults.filter((fault) => fault !== 'again'), ...(await page.evaluate(unreached))]
}

/** Runs in the page: numbers everything a mouse could press. */
function markControls(): void {
  // The walk starts where a page starts, wherever the last one ended.
  document.body.tabIndex = -1
  document.body.focus()
  document.body.removeAttribute('tabindex')
  for (const element of document.querySelectorAll<HTMLElement>('[data-walk],[data-walked]')) {
    delete element.dataset['walk']
    delete element.dataset['walked']
  }
  const pressable = 'a[href],button,input,select,textarea,[role=button],[role=tab],[role=menuitem],[role=link],[contenteditable=true]'
  const found = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.matches(':disabled,[aria-disabled=true],.visually-hidden'))
      return false
    if (element.matches(pressable)) return true
    const isPointed =
      getComputedStyle(element).cursor === 'pointer' &&
      element.parentElement &&
      getComputedStyle(element.parentElement).cursor !== 'pointer'
    return isPointed && !element.closest(pressable) && !element.querySelector(pressable) && element.tagName !== 'LABEL'
  })
  for (const [index, element] of found.entries()) element.dataset['walk'] = String(index)
}

/** Runs in the page: whether the focused element shows it, by comparing its look with and without the focus. */
async function lookAtFocus({ signs, within }: { signs: readonly string[]; within: string }): Promise<string> {
  const element = document.activeElement as HTMLElement | null
  if (!element || element === document.body) return 'left'
  if (element.dataset['walked'] !== undefined) return 'again'
  element.dataset['walked'] = ''
  if (!element.closest(within)) return 'seen'
  const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
  const around = [element, element.parentElement, element.parentElement?.parentElement, element.parentElement?.parentElement?.parentElement]
  const parts = [...around, ...element.querySelectorAll('*')].filter((one) => one instanceof Element)
  const lookOf = (part: Element, pseudo: string | null) => signs.map((sign) => getComputedStyle(part, pseudo)[sign as 'outline']).join()
  // Some components draw the ring on an element of its own, beside the one that has the focus.
  const rings = () => parts.flatMap((part) => [part, ...part.children])
  const look = () =>
    rings()
      .map((part) => [null, '::before', '::after'].map((pseudo) => lookOf(part, pseudo)).join())
      .join()
  await drawn()
  const focused = look()
  element.blur()
  let isSeen = false
  for (let frame = 0; frame < 8 && !isSeen; frame++) {
    await drawn()
    isSeen = look() !== focused
  }
  element.focus({ preventScroll: true })
  return !isSeen ? `nothing shows the focus: ${element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 160)}` : 'seen'
}

/** Runs in the page. In groups walked by arrow keys, one member reached is enough; so it is in long tables that only draw a part. */
function unreached(): string[] {
  const group = '[role=tablist],[role=radiogroup],[role=menu],[role=listbox],[role=toolbar]'
  return [...document.querySelectorAll<HTMLElement>('[data-walk]')]
    .filter((element) => element.isConnected && element.checkVisibility({ visibilityProperty: true }))
    .filter(
      (element) =>
        !element.closest('[data-walked]') &&
        !element.querySelector('[data-walked]') &&
        !element.closest(group)?.querySelector('[data-walked]'),
    )
    .slice(0, 8)
    .map((element) => `the Tab key never reaches: ${element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 160)}`)
}
