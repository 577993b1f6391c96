// Takes the pictures of the user guide and the README, of the console as it is now: `npm run screenshots`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { App, Instance } from '../core/contract/index.ts'
import { ConsoleUnderTest, until } from '../tests/e2e/console-under-test.ts'
import { settled } from '../tests/e2e/walk/watch-page.ts'
import { openFakePool } from '../tests/support/fake-docker.ts'
import { POOL_FILE, seedPool } from '../tests/support/seed-pool.ts'

const IMAGES = join(import.meta.dirname, '../docs/images')
const MAX_BYTES = 120 * 1024
const LANGUAGES = ['en', 'zh-CN'] as const
/** Long enough for the collector to have measured something that charts can show. */
const MEASURE_MS = 75_000

/** Pages by the name of their picture. */
type Pictures = Readonly<Record<string, string>>

async function take(page: Page, pictures: Pictures): Promise<void> {
  for (const language of LANGUAGES) {
    await page.evaluate((locale) => localStorage.setItem('spacefort.locale', locale), language)
    await page.reload()
    await settled(page)
    // Who has a pool like this has made the first steps long ago.
    const dismiss = page.getByRole('button', { name: /^(Close the first steps|关闭入门步骤)$/ })
    if (await dismiss.isVisible()) await dismiss.click()
    mkdirSync(join(IMAGES, language), { recursive: true })
    for (const [name, path] of Object.entries(pictures)) {
      await page.evaluate((to) => (location.hash = `#${to}`), path)
      await page.waitForTimeout(500)
      await settled(page)
      await page.waitForTimeout(2500)
      save(join(language, `${name}.webp`), await webp(page))
    }
  }
}

/** Smaller than PNG by far; the first quality that keeps the picture small enough. */
async function webp(page: Page): Promise<Buffer> {
  const session = await page.context().newCDPSession(page)
  for (const quality of [82, 70, 55]) {
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality })
    const picture = Buffer.from(data, 'base64')
    if (picture.length <= MAX_BYTES) return picture
  }
  throw new Error(`a picture is larger than ${MAX_BYTES} bytes at any quality`)
}

function save(name: string, picture: Buffer): void {
  writeFileSync(join(IMAGES, name), picture)
  console.log(`${name} ${Math.round(picture.length / 1024)} kB`)
}

/** A pool that has long been in use: the same in every run. */
async function picturesOfPool(): Promise<void> {
  const pool = new ConsoleUnderTest()
  await seedPool(pool.dataDir, { hosts: 96, instances: 640, apps: 40, troubleShare: 0.012, unplacedShare: 0 })
  const hosts = await openFakePool(join(pool.dataDir, POOL_FILE))
  try {
    await pool.serve()
    const page = await pool.page()
    await page.waitForTimeout(MEASURE_MS)
    const { items } = await pool.json<{ items: { name: string; status: string }[] }>('host', 'ls')
    const ready = items.find(({ status }) => status === 'ready')?.name ?? ''
    await take(page, {
      overview: '/',
      apps: '/apps',
      hosts: '/hosts',
      host: `/hosts/${ready}`,
      topology: '/topology',
      'topology-graph': '/topology?view=graph',
      wall: '/wall',
      events: '/events',
      settings: '/settings',
    })
  } finally {
    await pool.dispose()
    for (const host of hosts) host.cutOff()
  }
}

/** The sample shop, really running on this workstation. */
async function picturesOfShop(): Promise<void> {
  const shop = new ConsoleUnderTest()
  try {
    await shop.serve()
    await shop.run(['sample', 'shop', '--apply', '--yes', '--wait'])
    await until(
      () => shop.json<App>('app', 'show', 'shop'),
      ({ healthy }) => healthy === 3,
    )
    const { items } = await shop.json<{ items: Instance[] }>('app', 'instances', 'shop')
    await visit(items)
    const page = await shop.page()
    await page.waitForTimeout(MEASURE_MS)
    await visit(items)
    await take(page, {
      app: '/apps/shop',
      logs: '/apps/shop/logs',
      instance: `/instances/${items[0]?.id ?? ''}`,
      deploy: '/apps/shop/edit',
    })
  } finally {
    await shop.run(['app', 'rm', 'shop', '--yes', '--wait'])
    await shop.dispose()
  }
}

/** A few customers, so that the shop has something to tell. */
async function visit(instances: readonly Instance[]): Promise<void> {
  for (const { ports } of instances)
    for (let turn = 0; turn < 4; turn++) await fetch(`http://127.0.0.1:${ports[0]?.hostPort ?? 0}/`).then((response) => response.text())
}

await picturesOfPool()
await picturesOfShop()
