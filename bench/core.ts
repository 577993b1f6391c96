// What the core costs at the size of a data centre: `npm run -s bench:core`. Hosts are simulated, in a process of their own.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { POOL_FILE } from '../tests/support/seed-pool.ts'
import { allFollowed, bareFollowPercent, cpuPercent, measureChanges, measureLists, measureReads, measureStart } from './core/measure.ts'
import { Pool } from './core/pool.ts'
import { printReport, progress, round, type Result } from './report.ts'
import { CoreProcess } from './soak/core-process.ts'

const { values } = parseArgs({
  options: {
    /** Hosts of the first and the larger case; instances are ten times as many. */
    hosts: { type: 'string', default: '1000' },
    large: { type: 'string', default: '5000' },
    /** How long CPU shares are measured. */
    seconds: { type: 'string', default: '60' },
  },
})

const SETTLE_SECONDS = 20
const APPS = 50
const CHANGES = { perSecond: 1000, seconds: 5 }
const seconds = Number(values.seconds)
const results: Result[] = []
/** What is compared between the two sizes. */
const GROWS = [
  'startSeconds',
  'startCpuSeconds',
  'allConnectedCpuSeconds',
  'memoryBytes',
  'idleCpuPercent',
  'listP50Ms-hosts',
  'listP50Ms-instances',
  'listP50Ms-apps',
]

async function measure(name: string, hosts: number, whole: boolean): Promise<void> {
  const add = (...found: Omit<Result, 'case'>[]) => {
    for (const result of found) {
      progress(`${name} ${result.metric} ${result.value} ${result.unit}`)
      results.push({ case: name, ...result })
    }
  }
  progress(`a pool of ${hosts} hosts and ${hosts * 10} instances`)
  const pool = await Pool.open({ hosts, instances: hosts * 10, apps: APPS })
  try {
    const bare = await bareFollowPercent(join(pool.dataDir, POOL_FILE), seconds / 2)
    const { core, results: start } = await measureStart(pool, hosts)
    add(...start)
    let withMetrics = 0
    try {
      await sleep(SETTLE_SECONDS * 1000)
      withMetrics = await cpuPercent(core.pid, seconds)
      add({ metric: 'memoryBytes', value: core.rssBytes(), unit: 'bytes' })
      add({ metric: 'handles', value: core.handles(), unit: 'handles' })
    } finally {
      const stoppedAt = performance.now()
      await core.stop()
      add({ metric: 'stopSeconds', value: round((performance.now() - stoppedAt) / 1000, 2), unit: 's' })
    }
    const quiet = await CoreProcess.start(pool.dataDir, join(pool.dataDir, 'core.log'), ['bench/core/core-under-test.ts', '--no-metrics'])
    try {
      await allFollowed(pool, hosts)
      await sleep(SETTLE_SECONDS * 1000)
      const idle = await cpuPercent(quiet.pid, seconds)
      add({
        metric: 'idleCpuPercent',
        value: idle,
        unit: '% of one core',
        peer: 'bare-loop',
        peerValue: bare,
        ratio: round(idle / bare, 2),
      })
      add({ metric: 'metricsCpuPercent', value: round(withMetrics - idle, 1), unit: '% of one core, on top' })
      add({ metric: 'memoryWithoutMetricsBytes', value: quiet.rssBytes(), unit: 'bytes' })
      add(...(await measureLists(quiet)))
      if (whole) {
        add(...(await measureReads(quiet, pool.dataDir)))
        add(...(await measureChanges(quiet, pool, CHANGES)))
      }
    } finally {
      await quiet.stop()
    }
  } finally {
    await pool.dispose()
  }
}

/** How a figure grows with the number of hosts: 1 = in proportion, 0 = not at all. */
function exponents(factor: number): Result[] {
  return GROWS.flatMap((metric) => {
    const [small, large] = results.filter((result) => result.metric === metric).map(({ value }) => value)
    if (!small || !large) return []
    return [{ case: 'growth', metric, value: round(Math.log(large / small) / Math.log(factor), 2), unit: 'exponent' }]
  })
}

const hosts = Number(values.hosts)
const large = Number(values.large)
await measure('1k-hosts', hosts, true)
if (large > 0) {
  await measure('5k-hosts', large, false)
  results.push(...exponents(large / hosts))
}
printReport('core', results)
