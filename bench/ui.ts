// What the console costs the person who looks at it, in a real browser: `npm run -s bench:ui`.
import { launchBrowser } from '../tests/support/browser.ts'
import { servePool, type PoolServer } from '../tests/support/pool-server.ts'
import { printReport, progress, type Result } from './report.ts'
import { ConsoleWindows } from './ui/console-window.ts'
import { measureFirstPicture } from './ui/first-picture.ts'
import { measureLatency } from './ui/latency.ts'
import { measurePanning, measureScrolling } from './ui/moving.ts'
import { measureSwitching } from './ui/switching.ts'

const MANY_HOSTS = { hosts: 10_000, instances: 30_000, apps: 300 }
const MAP = { hosts: 2000, instances: 20_000, apps: 50 }

const browser = await launchBrowser('full')
const results: Result[] = []

async function withPool(size: typeof MAP, measure: (windows: ConsoleWindows, server: PoolServer) => Promise<void>): Promise<void> {
  progress(`a pool of ${size.hosts} hosts and ${size.instances} instances`)
  const server = await servePool(size)
  try {
    await measure(new ConsoleWindows(browser, server), server)
  } finally {
    await server.dispose()
  }
}

try {
  await withPool(MANY_HOSTS, async (windows, server) => {
    results.push(...(await measureFirstPicture(windows, 'overview', '/')))
    results.push(...(await measureFirstPicture(windows, 'hosts', '/hosts')))
    results.push(...(await measureScrolling(windows, 'hosts', '/hosts')))
    const pages = {
      overview: '/',
      apps: '/apps',
      hosts: '/hosts',
      host: '/hosts/host-0001',
      app: '/apps/shop',
      events: '/events',
      settings: '/settings',
    }
    results.push(...(await measureSwitching(windows, pages)))
    results.push(...(await measureLatency(windows, server)))
  })
  await withPool(MAP, async (windows) => {
    for (const view of ['racks', 'graph']) {
      results.push(...(await measureFirstPicture(windows, `topology-${view}`, `/topology?view=${view}`)))
      results.push(...(await measurePanning(windows, `topology-${view}`, `/topology?view=${view}`)))
    }
  })
} finally {
  await browser.close()
}
printReport('ui', results)
