// A long run under constant change: `npm run soak -- --minutes 125`. Needs what the lab needs: Linux and root.
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { seededRandom } from '../tests/support/random.ts'
import { progress, quantile, round } from './report.ts'
import { drawChart } from './soak/chart.ts'
import { Churn } from './soak/churn.ts'
import { CoreProcess } from './soak/core-process.ts'
import { clientOf, type HostPool } from './soak/host-pool.ts'
import { checkInvariants, type InvariantReport } from './soak/invariants.ts'
import { bytesPerEvent, judge, slopePerHour, warmUpMinutes } from './soak/judge.ts'
import { LabPool } from './soak/lab-pool.ts'
import { LagMeter } from './soak/lag.ts'
import { Sampler, type Sample } from './soak/sample.ts'
import { SimulatedPool } from './soak/simulated-pool.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '125' },
    hosts: { type: 'string', default: '500' },
    /** Seconds between two changes. */
    every: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    prefix: { type: 'string', default: 'soak' },
    subnet: { type: 'string', default: '10.97.0' },
    /** Without real hosts: where there is no root. */
    'no-lab': { type: 'boolean', default: false },
    out: { type: 'string', default: join(tmpdir(), 'spacefort-soak.jsonl') },
    chart: { type: 'string', default: join(import.meta.dirname, '../docs/images/soak.svg') },
  },
})

const SAMPLE_EVERY_MS = 10_000
const CHECK_EVERY_MS = 60_000
const SETTLE_WITHIN_MS = 60_000
/** Every fourth change is on a real host. */
const LAB_SHARE = 0.25
const IMPORT_AT_A_TIME = 100

const dir = mkdtempSync(join(tmpdir(), 'spacefort-soak-'))
const out = resolve(values.out)
const end = new AbortController()
const samples: Sample[] = []
const checks: (InvariantReport & { minutes: number })[] = []
const failures: string[] = []
const random = seededRandom(Number(values.seed))
const lag = new LagMeter()
const cleanups: (() => Promise<void> | void)[] = [() => rmSync(dir, { recursive: true, force: true })]

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end.abort())
writeFileSync(out, '')
const note = (line: object) => appendFileSync(out, `${JSON.stringify(line)}\n`)
const failed = (text: string) => {
  failures.push(text)
  note({ at: new Date().toISOString(), failed: text })
}

try {
  await run()
} finally {
  for (const cleanup of cleanups.reverse()) await cleanup()
}

async function run(): Promise<void> {
  const count = Number(values.hosts)
  progress(`starting ${count} simulated hosts${values['no-lab'] ? '' : ' and four real ones'}`)
  const simulated = await SimulatedPool.start(count, { dir: join(dir, 'keys'), onChange: lag.happened })
  cleanups.push(() => simulated.stop())
  const lab = values['no-lab']
    ? undefined
    : await LabPool.start({ prefix: values.prefix, subnet: values.subnet, dir: join(dir, 'lab'), onChange: lag.happened })
  if (lab) cleanups.push(() => lab.stop())
  const core = await CoreProcess.start(join(dir, 'data'), `${out}.core.log`)
  cleanups.push(() => core.stop())
  const { calls, streaming } = clientOf(core.url, core.token)
  void lag.follow(streaming)
  cleanups.push(() => lag.stop())

  for (let start = 0; start < simulated.inventory.length; start += IMPORT_AT_A_TIME)
    await calls.hosts.importMany({ format: 'yaml', text: JSON.stringify(simulated.inventory.slice(start, start + IMPORT_AT_A_TIME)) })
  if (lab) await calls.hosts.importMany({ format: 'yaml', text: readFileSync(lab.inventoryPath, 'utf8') })
  await calls.hosts.cordon({ name: 'workstation' })
  progress('waiting for all hosts to be ready')
  while (!end.signal.aborted && (await calls.hosts.list({ status: 'ready', limit: 1 })).total < count + (lab?.names.length ?? 0) + 1)
    await sleep(500)

  const sampler = new Sampler({ calls, core, simulated, lab, lag })
  const common = { calls, streaming, random, onFailure: failed }
  const on = (field: string, value: string) => [{ field, operator: 'is' as const, value }]
  const ports = [{ name: 'http', container: 8080 }]
  const spec = { image: 'busybox:lab', command: ['sleep', '100000'], ports, stop: { grace: '1s' } }
  const many = new Churn({
    ...common,
    pool: simulated,
    name: 'many',
    spec: { ...spec, constraints: on('label.pool', 'simulated') },
    apps: { least: 8, most: 14 },
    instances: { least: 5, most: 40 },
  })
  const real =
    lab &&
    new Churn({
      ...common,
      pool: lab,
      name: 'real',
      spec: { ...spec, resources: { cpu: '20m', memory: '16Mi' }, constraints: on('label.lab', values.prefix) },
      apps: { least: 2, most: 4 },
      instances: { least: 1, most: 6 },
    })
  const churns = [many, ...(real ? [real] : [])]
  const pools: HostPool[] = [simulated, ...(lab ? [lab] : [])]
  for (const churn of churns) await churn.begin()

  progress(`running for ${values.minutes} minutes; samples go to ${out}`)
  const startedAt = performance.now()
  const endsAt = startedAt + Number(values.minutes) * 60_000
  const goesOn = () => !end.signal.aborted && performance.now() < endsAt && core.running
  const pause = (ms: number) =>
    sleep(Math.max(0, Math.min(ms, endsAt - performance.now())), undefined, { signal: end.signal }).catch(() => undefined)
  const minutes = () => round((performance.now() - startedAt) / 60_000, 2)

  const sampling = (async () => {
    while (goesOn()) {
      await pause(SAMPLE_EVERY_MS)
      try {
        const sample = await sampler.take()
        samples.push(sample)
        note(sample)
      } catch (error) {
        failed(`sample: ${String(error)}`)
      }
    }
  })()
  const check = async () => {
    await Promise.all(churns.map((churn) => churn.rest()))
    try {
      const report = { ...(await checkInvariants(calls, pools, SETTLE_WITHIN_MS)), minutes: minutes() }
      checks.push(report)
      note({ invariants: report })
      if (report.broken.length > 0) progress(`${report.minutes} min: ${report.broken.slice(0, 5).join('; ')}`)
    } catch (error) {
      failed(`invariants: ${String(error)}`)
    }
  }
  let checkedAt = performance.now()
  while (goesOn()) {
    await pause(Number(values.every) * 1000)
    await (real && random.chance(LAB_SHARE) ? real : many).act()
    if (performance.now() - checkedAt < CHECK_EVERY_MS) continue
    await check()
    checkedAt = performance.now()
  }
  await sampling
  if (core.running) await check()
  else failed('the core ended by itself')
  report(churns)
}

function report(churns: readonly Churn[]): void {
  const from = warmUpMinutes(samples)
  const verdicts = judge(samples)
  const after = samples.filter(({ minutes }) => minutes >= from)
  const share = (of: (sample: Sample) => number | null) =>
    round(after.reduce((sum, sample) => sum + (of(sample) ?? 0), 0) / Math.max(1, after.length))
  const brokenChecks = checks.filter(({ broken }) => broken.length > 0)
  if (after.length > 1) {
    mkdirSync(dirname(values.chart), { recursive: true })
    writeFileSync(values.chart, drawChart(samples))
  }
  const last = samples.at(-1)
  process.stdout.write(
    `${JSON.stringify({
      soak: {
        minutes: last?.minutes ?? 0,
        warmUpMinutes: round(from),
        hosts: Number(values.hosts),
        lab: !values['no-lab'],
        everySeconds: Number(values.every),
      },
      at: new Date().toISOString(),
      ok: verdicts.every(({ flat }) => flat) && brokenChecks.length === 0 && failures.length === 0,
      verdicts,
      cpuPercent: {
        core: share(({ cpuPercent }) => cpuPercent.core),
        simulatedHosts: share(({ cpuPercent }) => cpuPercent.simulatedHosts),
        lab: share(({ cpuPercent }) => cpuPercent.lab),
        harness: share(({ cpuPercent }) => cpuPercent.harness),
      },
      lagMs: {
        p50: quantile(
          after.filter(({ lagMs }) => lagMs.count > 0).map(({ lagMs }) => lagMs.p50),
          0.5,
        ),
        p95: quantile(
          after.filter(({ lagMs }) => lagMs.count > 0).map(({ lagMs }) => lagMs.p95),
          0.95,
        ),
        max: Math.max(0, ...after.map(({ lagMs }) => lagMs.max)),
        unseenStarts: lag.unseen,
      },
      database: {
        bytes: last?.databaseBytes ?? 0,
        bytesPerEvent: Math.round(bytesPerEvent(after)),
        kilobytesPerHour: round(slopePerHour(after, ({ databaseBytes }) => databaseBytes) / 1024),
        metricsBytes: last?.metricsBytes ?? 0,
        metricsKilobytesPerHour: round(slopePerHour(after, ({ metricsBytes }) => metricsBytes) / 1024),
      },
      events: last?.eventSeq ?? 0,
      changes: churns.map(({ done }) => done),
      invariants: {
        checks: checks.length,
        broken: brokenChecks,
        settledP95Ms: quantile(
          checks.map(({ settledAfterMs }) => settledAfterMs),
          0.95,
        ),
      },
      failures,
    })}\n`,
  )
}
