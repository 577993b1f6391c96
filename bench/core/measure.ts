import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { progress, quantile, round, type Result } from '../report.ts'
import { CoreProcess, cpuMsOf } from '../soak/core-process.ts'
import { clientOf } from '../soak/host-pool.ts'
import { LagMeter } from '../soak/lag.ts'
import { load } from './load.ts'
import type { Pool } from './pool.ts'

const HERE = import.meta.dirname
const ALL_FOLLOWED_WITHIN_MS = 180_000
const PAGES = {
  hosts: '/api/v1/hosts?limit=50',
  instances: '/api/v1/instances?limit=50',
  apps: '/api/v1/apps?limit=50',
  app: '/api/v1/apps/shop',
}

/** Time from the start of the process to the first answered list, and to all hosts followed. */
export async function measureStart(pool: Pool, hosts: number): Promise<{ core: CoreProcess; results: Omit<Result, 'case'>[] }> {
  const startedAt = performance.now()
  const core = await CoreProcess.start(pool.dataDir, join(pool.dataDir, 'core.log'))
  const first = await fetch(`${core.url}${PAGES.hosts}`, { headers: { authorization: `Bearer ${core.token}` } })
  if (!first.ok) throw new Error(`the first list answered ${first.status}`)
  await first.arrayBuffer()
  const startSeconds = (performance.now() - startedAt) / 1000
  const cpuSeconds = core.cpuMs() / 1000
  await allFollowed(pool, hosts)
  return {
    core,
    results: [
      { metric: 'startSeconds', value: round(startSeconds, 2), unit: 's' },
      { metric: 'startCpuSeconds', value: round(cpuSeconds, 2), unit: 's' },
      { metric: 'allConnectedSeconds', value: round((performance.now() - startedAt) / 1000, 1), unit: 's' },
      { metric: 'allConnectedCpuSeconds', value: round(core.cpuMs() / 1000, 2), unit: 's' },
    ],
  }
}

export async function allFollowed(pool: Pool, hosts: number): Promise<void> {
  for (const end = performance.now() + ALL_FOLLOWED_WITHIN_MS; (await pool.followed()) < hosts;) {
    if (performance.now() > end) throw new Error('not all hosts were connected in time')
    await sleep(100)
  }
}

/** Share of one core a process uses over this time, percent. */
export async function cpuPercent(pid: number, seconds: number): Promise<number> {
  const before = { at: performance.now(), cpuMs: cpuMsOf(pid) }
  await sleep(seconds * 1000)
  return round(((cpuMsOf(pid) - before.cpuMs) / (performance.now() - before.at)) * 100, 1)
}

/** The same hosts watched with nothing behind it. */
export async function bareFollowPercent(file: string, seconds: number): Promise<number> {
  const child = spawn(process.execPath, [join(HERE, 'bare-follow.ts'), file], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await new Promise((done) => child.stdout.once('data', done))
    await sleep(3000)
    return await cpuPercent(child.pid ?? 0, seconds)
  } finally {
    child.kill()
  }
}

/** Pages of a list one after the other, each another one, so that none is answered from what was asked before. */
export async function measureLists(core: CoreProcess): Promise<Omit<Result, 'case'>[]> {
  const results: Omit<Result, 'case'>[] = []
  for (const page of ['hosts', 'instances', 'apps'] as const) {
    const { latenciesMs } = await load(`${core.url}${PAGES[page]}&offset={n}`, { tokens: core.tokens, connections: 1, seconds: 4 })
    results.push({ metric: `listP50Ms-${page}`, value: round(quantile(latenciesMs, 0.5), 1), unit: 'ms' })
    results.push({ metric: `listP95Ms-${page}`, value: round(quantile(latenciesMs, 0.95), 1), unit: 'ms' })
  }
  return results
}

/** Requests a second under full load, and how many for one second of CPU, which a busy machine does not change; beside a bare server. */
export async function measureReads(core: CoreProcess, dir: string): Promise<Omit<Result, 'case'>[]> {
  const results: Omit<Result, 'case'>[] = []
  for (const page of ['app', 'hosts'] as const) {
    const answer = await fetch(`${core.url}${PAGES[page]}`, { headers: { authorization: `Bearer ${core.token}` } })
    const file = join(dir, 'answer.json')
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()))
    const ours = await readRate(`${core.url}${PAGES[page]}`, core.pid, core.tokens)
    const child = spawn(process.execPath, [join(HERE, 'bare-server.ts'), file], { stdio: ['ignore', 'pipe', 'inherit'] })
    const line = await new Promise<string>((done) => child.stdout.once('data', (data: Buffer) => done(data.toString())))
    const bare = await readRate((JSON.parse(line) as { url: string }).url, child.pid ?? 0, [''])
    child.kill()
    const peer = (metric: string, unit: string, of: 'perSecond' | 'perCpuSecond') => ({
      ...{ metric: `${metric}-${page}`, unit, value: Math.round(ours[of]), peer: 'node-http', peerValue: Math.round(bare[of]) },
      ratio: round(ours[of] / bare[of], 3),
    })
    results.push(peer('readsPerSecond', 'requests/s', 'perSecond'), peer('readsPerCpuSecond', 'requests', 'perCpuSecond'))
    results.push({ metric: `readP95Ms-${page}`, value: round(ours.p95Ms, 1), unit: 'ms' })
  }
  return results
}

async function readRate(url: string, pid: number, tokens: readonly string[]) {
  await load(url, { tokens, connections: 8, seconds: 1 })
  const cpuBefore = cpuMsOf(pid)
  const { requests, seconds, latenciesMs } = await load(url, { tokens, connections: 8, seconds: 6 })
  const cpuSeconds = (cpuMsOf(pid) - cpuBefore) / 1000
  return { perSecond: requests / seconds, perCpuSecond: requests / cpuSeconds, p95Ms: quantile(latenciesMs, 0.95) }
}

/** Ends containers at a steady rate and measures when the live feed tells of each. */
export async function measureChanges(
  core: CoreProcess,
  pool: Pool,
  rate: { perSecond: number; seconds: number },
): Promise<Omit<Result, 'case'>[]> {
  const { streaming } = clientOf(core.url, core.token)
  const meter = new LagMeter()
  void meter.follow(streaming)
  await sleep(1000)
  const cpuBefore = core.cpuMs()
  pool.onDeath = (instance, at) => meter.happened({ instance, change: 'die', at })
  const lags: number[] = []
  const killing = pool.kill(rate.perSecond, rate.seconds)
  const count = await killing
  const endedAt = performance.now()
  while (lags.length < count && performance.now() - endedAt < 60_000) {
    lags.push(...meter.take())
    await sleep(50)
  }
  const drainedMs = performance.now() - endedAt
  const cpuMs = core.cpuMs() - cpuBefore
  meter.stop()
  progress(`${count} containers ended, ${lags.length} told of`)
  return [
    { metric: 'changesPerSecond', value: Math.round(count / rate.seconds), unit: 'changes/s' },
    { metric: 'changesTold', value: lags.length, unit: `of ${count}` },
    { metric: 'changeLagP50Ms', value: round(quantile(lags, 0.5)), unit: 'ms' },
    { metric: 'changeLagP95Ms', value: round(quantile(lags, 0.95)), unit: 'ms' },
    { metric: 'changeBacklogSeconds', value: round(drainedMs / 1000, 2), unit: 's after the last change' },
    { metric: 'changeCpuMs', value: round(cpuMs / Math.max(1, count), 2), unit: 'ms of CPU per change' },
  ]
}
