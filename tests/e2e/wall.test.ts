import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Event } from '../../core/contract/index.ts'
import { ConsoleUnderTest, ROOT, until } from './console-under-test.ts'

const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8')
const PASSWORD = 'a long enough password'
const NOTICED_WITHIN_MS = 2000
const LOST_HOSTS = 12
/** Nobody listens on this port. */
const DEAD_PORT = 9

const console_ = new ConsoleUnderTest()
let wall: Page
const errors: string[] = []

async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${console_.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${console_.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} ended with ${response.status}: ${text}`)
  return JSON.parse(text) as T
}
const addHost = (name: string, place: object = {}) =>
  api('POST', '/hosts', {
    name,
    connection: { kind: 'ssh', ssh: { address: '127.0.0.1', port: DEAD_PORT, user: 'nobody', password: 'x' } },
    ...place,
  })
/** When it happened for the first time. */
const happenedAt = async (query: string): Promise<number> => {
  const { items } = await api<{ items: Event[] }>('GET', `/events?limit=1000&${query}`)
  return items.at(-1)?.at ?? 0
}
const row = (name: string) => wall.locator('.concern', { hasText: name })

/** Opens the wall with these options of its address, and waits for the first picture. */
async function show(query = ''): Promise<void> {
  await wall.goto('about:blank')
  await wall.goto(`${console_.url}/#/wall${query}`)
  await wall.locator('.counter').first().waitFor()
}

beforeAll(async () => {
  await console_.serve()
  await api('POST', '/users', { name: 'duty', role: 'viewer', password: PASSWORD })
  const admin = await console_.page()
  const context = await admin
    .context()
    .browser()!
    .newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
  wall = await context.newPage()
  await wall.goto(`${console_.url}/#/wall`)
  await wall.locator('input').first().fill('duty')
  await wall.locator('input[type=password]').fill(PASSWORD)
  await wall.keyboard.press('Enter')
  await wall.locator('.counter').first().waitFor()
  wall.on('pageerror', (error) => errors.push(error.message))
})
afterAll(() => console_.dispose())

describe('the wall, seen by somebody who may only look', () => {
  it('is calm while all is well, and has nothing of the console around it', async () => {
    await wall.getByText('Every host answers, every app runs as wanted.').waitFor()
    expect(await wall.getByRole('navigation').count()).toBe(0)
    expect(await wall.locator('.clock').innerText()).toMatch(/^\d\d:\d\d:\d\d$/)
  })

  it('shows an app that fails, with what it said, within two seconds', async () => {
    const spec = { name: 'broken', command: ['/bin/sh', '-c', 'exit 3'], instances: 2 }
    await api('PUT', '/apps/broken', { name: 'broken', spec })
    await row('broken').waitFor()
    const seenAt = Date.now()
    expect(seenAt - (await happenedAt('kind=app.backing-off&app=broken'))).toBeLessThan(NOTICED_WITHIN_MS)
    expect(await row('broken').innerText()).toMatch(/down[\s\S]*exit code 3[\s\S]*0\s*\/2/i)
    await wall.getByText('Created broken').or(wall.getByText('created broken')).first().waitFor()
  })

  it('shows a host that does not answer, and since when, within two seconds', async () => {
    await addHost('far-1', { centre: 'B' })
    await row('far-1').waitFor()
    const seenAt = Date.now()
    expect(seenAt - (await happenedAt('kind=host.unreachable&host=far-1'))).toBeLessThan(NOTICED_WITHIN_MS)
    expect(await row('far-1').innerText()).toMatch(/does not answer[\s\S]*since \d\d:\d\d/)
  })

  it('keeps to one centre where the address says so', async () => {
    await show('?centre=B')
    await wall.getByRole('heading', { name: 'Centre B' }).waitFor()
    await row('far-1').waitFor()
    expect(await wall.locator('.counter').first().innerText()).toMatch(/0\s*of 1/)
    await show('?centre=nowhere')
    await wall.getByText('There are no hosts here yet').waitFor()
  })

  it('says across the screen that the brake is on, and turns its pages until somebody stops it', async () => {
    for (let index = 0; index < LOST_HOSTS; index++) await addHost(`lost-${index}`)
    // Time is made to pass, so that nobody has to wait for the pages to turn.
    await wall.clock.install()
    await show('?rotate=5')
    await wall.locator('.brake-band').getByText('Mass failure brake is on').waitFor()
    const shown = () => wall.locator('.concern strong').first().innerText()
    const first = await shown()
    await wall.clock.fastForward(5000)
    await until(shown, (name) => name !== first, 3000)
    await wall.keyboard.press('Space')
    await wall.getByText('Pages are paused').waitFor()
    const held = await shown()
    await wall.clock.fastForward(6500)
    await wall.waitForTimeout(300)
    expect(await shown()).toBe(held)
    await wall.keyboard.press('ArrowRight')
    await until(shown, (name) => name !== held, 3000)
  })

  const screens = [
    ['1280x800', '?lang=en'],
    ['1280x800', '?lang=zh-CN&theme=light'],
    ['1920x1080', '?lang=zh-CN'],
    ['1920x1080', '?lang=en&theme=light'],
    ['3840x2160', '?lang=en'],
    ['1080x1920', '?lang=en'],
  ] as const
  it.each(screens)('fits on %s with %s, and reads from three metres', async (size, query) => {
    const [width = 0, height = 0] = size.split('x').map(Number)
    await wall.setViewportSize({ width, height })
    await show(query)
    await wall.waitForTimeout(700)
    expect(await wall.evaluate(misfits, { least: Math.max(18, Math.min(width, height) * 0.0239) })).toEqual([])
    await wall.evaluate(AXE)
    const violations = await wall.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run: (where: string, options: object) => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> }
      }
      const { violations } = await axe.run('.wall', { rules: { 'color-contrast-enhanced': { enabled: true } } })
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`)
    })
    expect(violations).toEqual([])
  })

  it('cannot be taken for true when the server is gone, and recovers by itself', async () => {
    await wall.setViewportSize({ width: 1280, height: 800 })
    await show()
    await console_.kill()
    const band = wall.locator('.stale-band')
    await band.getByText('NO CONNECTION').waitFor({ timeout: 8000 })
    const box = await band.boundingBox()
    expect(box?.width).toBeGreaterThan(1200)
    expect(box?.height).toBeGreaterThan(70)
    expect(await band.innerText()).toMatch(/\d+s old, of \d\d:\d\d:\d\d/)
    expect(await wall.evaluate(misfits, { least: 18 })).toEqual([])
    await console_.serve()
    await band.waitFor({ state: 'detached', timeout: 40_000 })
  })

  it('leaves to the console, in the language and theme of before', async () => {
    await show('?lang=zh-CN&theme=light')
    await wall.keyboard.press('Escape')
    await wall.getByRole('heading', { name: 'Overview' }).waitFor()
    expect(await wall.evaluate(() => document.documentElement.lang)).toBe('en')
    expect(errors).toEqual([])
  })
})

/** Text that is too small, lies outside the screen or is cut although it must not be; and a page that scrolls. Runs in the page. */
function misfits({ least }: { least: number }): string[] {
  const found: string[] = []
  const page = document.scrollingElement
  if (page && (page.scrollWidth > innerWidth || page.scrollHeight > innerHeight)) found.push('the page scrolls')
  for (const element of document.querySelectorAll<HTMLElement>('.wall *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
    const box = element.getBoundingClientRect()
    if (!own || box.width === 0) continue
    const name = `${element.className || element.tagName} "${element.textContent.trim().slice(0, 40)}"`
    if (Number.parseFloat(getComputedStyle(element).fontSize) < least) found.push(`too small: ${name}`)
    if (box.left < 0 || box.top < 0 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5) found.push(`outside: ${name}`)
    const isCut = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline'
    if (isCut && element.closest('.counter, .head, .band, .foot')) found.push(`cut: ${name}`)
  }
  return found
}
