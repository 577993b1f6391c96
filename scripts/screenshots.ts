// Takes the pictures of the user guide and the README, of the console as it is now: `npm run screenshots`, or only some of them:
// `npm run screenshots -- logs scale`. Takes a quarter of an hour, most of it waiting until there is something measured to show.
import { rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App, Host, Instance, Revision } from '../core/contract/index.ts'
import { ConsoleUnderTest, until } from '../tests/e2e/console-under-test.ts'
import { openFakePool } from '../tests/support/fake-docker.ts'
import { POOL_FILE, seedPool } from '../tests/support/seed-pool.ts'
import { poolPictures, shopPictures, type Picture } from './screenshots/pictures.ts'
import { takePictures } from './screenshots/take-pictures.ts'

/** Long enough for the charts of the last quarter of an hour to show a course. */
const MEASURE_MS = 5 * 60_000
const AGE_MS = 12 * 86_400_000
/** So far apart that their marks in the charts can be told apart. */
const BETWEEN_REVISIONS_MS = 90_000
const VISIT_EVERY_MS = 2000
const FAR = '- name: rack2-node7\n  connection: { kind: docker-socket, path: /run/rack2-node7/docker.sock }\n'

/** A pool that has long been in use: the same in every run. Its hosts answer as Docker Engines do, and run nothing. */
async function openPool(): Promise<{ pool: ConsoleUnderTest; host: string; close: () => Promise<void> }> {
  const pool = new ConsoleUnderTest()
  // What a host is reached at is on the screen: not a name that nobody would choose.
  const place = join(tmpdir(), 'dc')
  rmSync(place, { force: true })
  symlinkSync(pool.dataDir, place)
  await seedPool(place, { hosts: 96, instances: 640, apps: 40, troubleShare: 0.012, unplacedShare: 0, ageMs: AGE_MS })
  const hosts = await openFakePool(join(place, POOL_FILE))
  await pool.serve()
  const { items } = await pool.json<{ items: Host[] }>('host', 'ls')
  const host = items.find(({ name, status }) => status === 'ready' && name !== 'host-0001')?.name ?? ''
  const close = async () => {
    await pool.dispose()
    rmSync(place, { force: true })
    for (const one of hosts) one.cutOff()
  }
  return { pool, host, close }
}

/** The sample shop, really running on this workstation, with customers, and a host beside it that does not answer. */
async function openShop(): Promise<{ shop: ConsoleUnderTest; instance: string; close: () => Promise<void> }> {
  const shop = new ConsoleUnderTest()
  await shop.serve()
  await shop.run(['sample', 'shop', '--apply', '--yes', '--wait'])
  await shop.run(['host', 'import', '-f', '-'], { stdin: FAR })
  const { items: revisions } = await shop.json<{ items: Revision[] }>('app', 'revisions', 'shop')
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_REVISIONS_MS))
  const changed = { ...revisions[0]?.spec, env: { SHOP_STOCK: '5000' }, instances: 4 }
  await shop.run(['app', 'apply', '-f', '-', '--yes', '--wait'], { stdin: JSON.stringify(changed) })
  await until(
    () => shop.json<App>('app', 'show', 'shop'),
    ({ healthy, outdated }) => healthy === 4 && outdated === 0,
  )
  const running = async () =>
    (await shop.json<{ items: Instance[] }>('app', 'instances', 'shop')).items.filter((one) => one.ports.length > 0)
  const customers = await running()
  const visits = setInterval(() => {
    for (const { ports } of customers)
      void fetch(`http://127.0.0.1:${ports[0]?.hostPort ?? 0}/`).then((response) => response.text(), String)
  }, VISIT_EVERY_MS)
  const close = async () => {
    clearInterval(visits)
    await shop.run(['app', 'rm', 'shop', '--yes', '--wait'])
    await shop.dispose()
  }
  return { shop, instance: customers[0]?.id ?? '', close }
}

const names = process.argv.slice(2)
const chosen = (pictures: Picture[]) => pictures.filter(({ name }) => names.length === 0 || names.includes(name))

const { pool, host, close: closePool } = await openPool()
try {
  const { shop, instance, close: closeShop } = await openShop()
  try {
    // The links to sign in are good for ten minutes.
    const pages = { pool: await pool.page(), shop: await shop.page() }
    console.log(`measuring for ${MEASURE_MS / 60_000} minutes`)
    await new Promise((resolve) => setTimeout(resolve, MEASURE_MS))
    await pool.json('app', 'scale', 'queue', '26')
    await takePictures(pages.shop, chosen(shopPictures(instance)))
    await takePictures(pages.pool, chosen(poolPictures(host)))
  } finally {
    await closeShop()
  }
} finally {
  await closePool()
}
