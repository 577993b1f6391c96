import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const SERIOUS = ['serious', 'critical']

/** What a person would see at once: raw keys, a page wider than the window, cut-off words, nameless controls, colour alone. */
export function lookAt(page: Page, areas: readonly string[]): Promise<string[]> {
  return page.evaluate(findFaults, areas)
}

/** What the accessibility rules say; `only` narrows them. Minor and moderate ones are advice and not counted. */
export async function runAxe(page: Page, only?: readonly string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  const options: RunOptions = { resultTypes: ['violations'], ...(only ? { runOnly: { type: 'rule', values: [...only] } } : {}) }
  const { violations } = await page.evaluate(
    (given) => (globalThis as unknown as { axe: { run: (options: unknown) => Promise<AxeResults> } }).axe.run(given),
    options as unknown,
  )
  return violations
    .filter(({ impact }) => SERIOUS.includes(impact ?? ''))
    .flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html, any }) => `axe ${id}: ${html.slice(0, 160)} ${any[0]?.message.slice(0, 120) ?? ''}`),
    )
}

/** Runs in the page. */
function findFaults(areas: readonly string[]): string[] {
  const faults: string[] = []
  const say = (fault: string, element: Element) => faults.push(`${fault}: ${element.outerHTML.replaceAll(/\s+/g, ' ').slice(0, 180)}`)
  const isShown = (element: Element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0

  const rawKey = new RegExp(`\\b(${areas.join('|')})(\\.[a-z][A-Za-z-]+)+\\b`)
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const raw = rawKey.exec(node.textContent ?? '')
    if (raw && node.parentElement && isShown(node.parentElement)) faults.push(`the key ${raw[0]} is shown instead of its message`)
  }
  for (const element of document.querySelectorAll('[title],[aria-label],[placeholder]'))
    for (const name of ['title', 'aria-label', 'placeholder'])
      if (rawKey.test(element.getAttribute(name) ?? '')) say(`a key instead of its message in ${name}`, element)

  for (const element of [document.documentElement, document.querySelector('main')])
    if (element && element.scrollWidth > element.clientWidth + 1)
      faults.push(`${element.localName} is ${element.scrollWidth - element.clientWidth} px wider than its window`)

  for (const control of document.querySelectorAll<HTMLElement>('button,[role=button],[role=tab],a[href],select,label')) {
    if (!isShown(control)) continue
    const name = control.textContent.trim() || control.getAttribute('aria-label') || control.title
    if (control.localName !== 'label' && !name && !control.querySelector('img[alt],input,select')) say('a control without a name', control)
    if (!control.matches('button,[role=button],[role=tab]')) continue
    const cut = [control, ...control.querySelectorAll<HTMLElement>('*')].find(
      (part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1 && getComputedStyle(part).overflowX !== 'visible',
    )
    const isTall = control.scrollHeight > control.clientHeight + 2 && control.clientHeight > 0
    if ((cut && !control.title) || isTall) say('words cut off in a button', control)
  }

  for (const status of document.querySelectorAll('[data-status]')) {
    if (!isShown(status)) continue
    if (!status.querySelector('svg')) say('a status without a shape', status)
    if (!status.textContent.trim() && !status.getAttribute('aria-label')) say('a status without a word', status)
  }
  return [...new Set(faults)]
}
