// Bad input against a real console process: `npm run fuzz -- --requests N --seed S`. Prints one JSON report; fails when a rule was broken.
import { parseArgs } from 'node:util'
import { CoreUnderFuzz } from './core-under-fuzz.ts'
import { Driver, MARKER } from './driver.ts'
import { sendProtocolErrors } from './protocol.ts'

const MAX_MEMORY_BYTES = 600 * 2 ** 20
const WATCH_MS = 500

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '10000' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) } },
})
const requests = Number(values.requests)
const seed = Number(values.seed)
if (!(requests > 0) || !Number.isInteger(seed)) throw new Error('give whole numbers: --requests 10000 --seed 1')

const core = new CoreUnderFuzz()
const memory = { startBytes: 0, highestBytes: 0, endBytes: 0, everyTenthMiB: [] as number[] }
const startedAt = Date.now()
try {
  await core.start()
  const driver = new Driver(core, seed)
  const { report } = driver
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => driver.stop())
  await driver.prepare()
  memory.startBytes = core.memoryBytes()
  const watch = setInterval(() => {
    memory.highestBytes = Math.max(memory.highestBytes, core.memoryBytes())
    if (report.requests >= (memory.everyTenthMiB.length + 1) * (requests / 10))
      memory.everyTenthMiB.push(Math.round(core.memoryBytes() / 2 ** 20))
    process.stderr.write(
      `\r${report.requests} requests, ${report.failures.size} kinds of failures, ${Math.round(core.memoryBytes() / 2 ** 20)} MiB `,
    )
  }, WATCH_MS)
  for (const [rule, detail] of await sendProtocolErrors(core.port)) report.failWhole(rule, detail)
  await driver.run(requests)
  clearInterval(watch)
  memory.endBytes = core.memoryBytes()
  driver.close()
  if (core.hits().length > 0) report.failWhole('injection', `a shell interpreted a value: ${core.hits().join(', ')}`)
  if (memory.highestBytes > MAX_MEMORY_BYTES) report.failWhole('memory', `${memory.highestBytes} bytes`)
  for (const line of core.log) if (!isHonest(line)) report.failWhole('log', line.slice(0, 500))
  const minutes = Math.round((Date.now() - startedAt) / 6000) / 10
  process.stderr.write('\n')
  process.stdout.write(
    `${JSON.stringify({ fuzz: 'api', at: new Date().toISOString(), seed, minutes, memory, ...report.summary() }, null, 2)}\n`,
  )
  process.exitCode = report.failures.size > 0 ? 1 : 0
} finally {
  await core.stop()
}

/** A line of the log is one JSON document, tells of no bug, and holds no secret. */
function isHonest(line: string): boolean {
  try {
    const { level } = JSON.parse(line) as { level: number }
    return level < 50 && !line.includes(MARKER)
  } catch {
    return false
  }
}
