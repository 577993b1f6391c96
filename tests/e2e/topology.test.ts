import { join } from 'node:path'
import AxeSource from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFakePool, type FakeDockerHost } from '../support/fake-docker.ts'
import type { PoolPlan } from '../support/pool-plan.ts'
import { POOL_FILE, seedPool } from '../support/seed-pool.ts'
import { ConsoleUnderTest, until } from './console-under-test.ts'

const SIZE = { hosts: 60, instances: 300, apps: 8, unplacedShare: 0.05, troubleShare: 0.03 }

describe('the topology', () => {
  const console = new ConsoleUnderTest()
  const faults: string[] = []
  const asked: string[] = []
  let plan: PoolPlan
  let engines: FakeDockerHost[] = []
  let page: Page

  beforeAll(async () => {
    plan = await seedPool(console.dataDir, SIZE)
    engines = await openFakePool(join(console.dataDir, POOL_FILE))
    await console.serve()
    const reached = plan.hosts.filter(({ status }) => status === 'ready').length
    await until(
      () => console.json<{ hosts: { ready: number } }>('status'),
      ({ hosts }) => hosts.ready === reached,
    )
    page = await console.page()
    page.on('pageerror', (error) => faults.push(String(error)))
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()))
    page.on('request', (request) => request.url().includes('/topology') && asked.push(request.url()))
  })
  afterAll(async () => {
    await console.dispose()
    for (const engine of engines) engine.cutOff()
  })

  const open = async (query = '') => {
    await page.goto(`${console.url}/#/topology${query}`)
    await map().waitFor()
  }
  const map = () => page.getByTestId('pool-map').or(page.locator('[data-test=pool-map]')).getByRole('application')
  const counted = async (key: string) => Number(await page.locator(`[data-key=${key}] .number`).innerText())
  const listed = () => page.locator('[data-host]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-host')))
  const selected = () => new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '').get('host')
  const drawnColours = () =>
    page.locator('.racks canvas').evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement
      const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? []
      const colours = new Set<number>()
      for (let at = 0; at < pixels.length; at += 4)
        colours.add(((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0))
      return colours.size
    })
  const axe = async () => {
    await page.evaluate(AxeSource.source)
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } }).axe.run(),
    )
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  }

  it('shows every host in its rack, and the worst first in the list beside it', async () => {
    await open()
    const bad = plan.hosts.filter(({ status }) => status !== 'ready')
    await until(
      () => counted('bad'),
      (count) => count === bad.length,
      10_000,
    )
    expect((await counted('bad')) + (await counted('good')) + (await counted('busy')) + (await counted('warning'))).toBe(SIZE.hosts)
    expect((await listed()).slice(0, bad.length).sort()).toEqual(bad.map(({ name }) => name).sort())
    expect(await drawnColours()).toBeGreaterThan(20)
  })

  it('filters by app, text, state and label, and the address says so', async () => {
    const app = plan.apps[0]?.name ?? ''
    const withApp = new Set(plan.instances.filter((instance) => instance.app === app).map(({ host }) => host)).size
    await open(`?app=${app}`)
    const count = page.locator('[aria-live=polite]', { hasText: `of ${SIZE.hosts} hosts` })
    await until(
      async () => Number((await count.innerText()).split(' ')[0]),
      (found) => Math.abs(found - withApp) <= 3,
      10_000,
    )
    await page.getByRole('button', { name: 'Clear filter' }).click()
    await page.getByText(`${SIZE.hosts} hosts`, { exact: true }).waitFor()
    expect(page.url()).not.toContain('app=')
    const closed = plan.hosts.filter(({ scheduling }) => scheduling !== 'open').length
    await open('?state=closed&colour=scheduling')
    await page.getByText(`${closed} of ${SIZE.hosts} hosts`).waitFor()
    expect(await counted('open')).toBe(0)
  })

  it('finds a host by search, tells of it, and opens it', async () => {
    await open()
    const wanted = plan.hosts.find(({ status }) => status === 'ready')?.name ?? ''
    const search = page.getByRole('textbox', { name: /Host, place/ })
    await search.fill(wanted)
    await search.press('Enter')
    await until(
      async () => selected(),
      (name) => name === wanted,
      5_000,
    )
    await page.getByText(new RegExp(`^${wanted}, Ready, `)).waitFor({ state: 'attached' })
    await page.locator('.card', { hasText: wanted }).waitFor()
    const box = await map().boundingBox()
    if (!box) throw new Error('the picture is not on the screen')
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2 - 4)
    await page.waitForURL(({ hash }) => hash === `#/hosts/${wanted}`)
  })

  it.each(['racks', 'graph'])('goes from host to host by keyboard in %s, and Enter opens one', async (view) => {
    await open(`?view=${view}`)
    if (view === 'graph') await page.locator('.graph canvas').first().waitFor()
    await map().focus()
    await page.keyboard.press('ArrowDown')
    const first = await until(
      async () => selected(),
      (name) => name !== null,
      5_000,
    )
    await page.keyboard.press('ArrowDown')
    const second = await until(
      async () => selected(),
      (name) => name !== first,
      5_000,
    )
    await page.keyboard.press('Enter')
    await page.waitForURL(({ hash }) => hash === `#/hosts/${second ?? ''}`)
  })

  it('follows a link to a host in the graph', async () => {
    const wanted = plan.hosts[5]?.name ?? ''
    await open(`?view=graph&host=${wanted}&colour=app`)
    await page.locator('.card', { hasText: wanted }).waitFor()
  })

  it('shows by itself that a host is lost, and that it is back, and asks for no more than that host', async () => {
    await open()
    const before = await counted('bad')
    asked.length = 0
    const lost = engines.find(
      (engine) => engine.containers.all().length > 0 && plan.hosts.some(({ name, status }) => name === engine.name && status === 'ready'),
    )
    lost?.cutOff()
    await until(
      () => counted('bad'),
      (count) => count === before + 1,
      20_000,
    )
    expect(await listed()).toContain(lost?.name)
    const questions = await until(
      async () => asked,
      (urls) => urls.length > 0,
      5_000,
    )
    expect(questions.filter((url) => url.includes('hosts=')).length).toBeGreaterThan(0)
    await lost?.listen()
    await until(
      () => counted('bad'),
      (count) => count === before,
      30_000,
    )
  })

  it.each(['en', 'zh-CN'])('has nothing that axe objects to, and no fault, in %s', async (locale) => {
    await page.evaluate((value) => localStorage.setItem('spacefort.locale', value), locale)
    await page.reload()
    for (const view of ['racks', 'graph']) {
      await open(`?view=${view}`)
      expect(await axe()).toEqual([])
    }
    expect(faults).toEqual([])
  })
})
