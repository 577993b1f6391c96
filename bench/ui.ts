// What the console costs the person who looks at it, in a real browser: `npm run -s bench:ui`, or only parts: `… -- live scroll`.
import { launchBrowser } from '../tests/support/browser.ts'
import type { PoolSize } from '../tests/support/pool-plan.ts'
import { servePool, type PoolServer } from '../tests/support/pool-server.ts'
import { printReport, progress, type Result } from './report.ts'
import { ConsoleWindows } from './ui/console-window.ts'
import { measureFirstPicture } from './ui/first-picture.ts'
import { measureLatency } from './ui/latency.ts'
import { measurePanning, measureScrolling } from './ui/moving.ts'
import { measureSwitching } from './ui/switching.ts'

const MANY_HOSTS = { hosts: 10_000, instances: 30_000, apps: 300 }
const MAP = { hosts: 2000, instances: 20_000, apps: 50 }

/** Pages between which one goes to and fro. */
const PAGES = {
  overview: '/',
  apps: '/apps',
  hosts: '/hosts',
  host: '/hosts/host-0001',
  app: '/apps/shop',
  events: '/events',
  settings: '/settings',
}

type Part = (windows: ConsoleWindows, server: PoolServer) => Promise<Result[]>

/** What is measured, in this order; the command line may name some of them. */
const PARTS: Record<string, { pool: PoolSize; measure: Part }> = {
  picture: {
    pool: MANY_HOSTS,
    measure: async (windows) => [
      ...(await measureFirstPicture(windows, 'overview', '/')),
      ...(await measureFirstPicture(windows, 'hosts', '/hosts')),
    ],
  },
  scroll: { pool: MANY_HOSTS, measure: (windows) => measureScrolling(windows, 'hosts', '/hosts') },
  switch: { pool: MANY_HOSTS, measure: (windows) => measureSwitching(windows, PAGES) },
  live: { pool: MANY_HOSTS, measure: measureLatency },
  racks: { pool: MAP, measure: (windows) => measureMap(windows, 'racks') },
  graph: { pool: MAP, measure: (windows) => measureMap(windows, 'graph') },
}

async function measureMap(windows: ConsoleWindows, view: string): Promise<Result[]> {
  const [name, path] = [`topology-${view}`, `/topology?view=${view}`]
  return [...(await measureFirstPicture(windows, name, path)), ...(await measurePanning(windows, name, path))]
}

const asked = process.argv.slice(2)
const unknown = asked.find((name) => !(name in PARTS))
if (unknown !== undefined) throw new Error(`There is no part "${unknown}". Parts: ${Object.keys(PARTS).join(', ')}.`)
const parts = Object.entries(PARTS).flatMap(([name, part]) => (asked.length === 0 || asked.includes(name) ? [part] : []))

const browser = await launchBrowser('full')
const results: Result[] = []
try {
  for (const pool of [MANY_HOSTS, MAP]) {
    const here = parts.filter((part) => part.pool === pool)
    if (here.length === 0) continue
    progress(`a pool of ${pool.hosts} hosts and ${pool.instances} instances`)
    const server = await servePool(pool)
    try {
      const windows = new ConsoleWindows(browser, server)
      for (const { measure } of here) results.push(...(await measure(windows, server)))
    } finally {
      await server.dispose()
    }
  }
} finally {
  await browser.close()
}
printReport('ui', results)
