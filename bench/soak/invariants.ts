import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../core/contract/client.ts'
import type { HostPool } from './host-pool.ts'

export interface InvariantReport {
  settledAfterMs: number
  /** Instances that run, by the hosts themselves. */
  running: number
  wanted: number
  /** One sentence for each thing that is not as it must be; empty when all is well. */
  broken: string[]
}

const ASK_AGAIN_MS = 1000

/**
 * Waits until the apps say they are settled and compares what the hosts themselves report with what is wanted: nothing orphaned,
 * nothing doubled, nothing lost. What is not so when the time is over is told.
 */
export async function checkInvariants(calls: Client, pools: readonly HostPool[], withinMs: number): Promise<InvariantReport> {
  const startedAt = performance.now()
  for (;;) {
    const report = await compare(calls, pools)
    const elapsedMs = performance.now() - startedAt
    if (report.broken.length === 0 || elapsedMs > withinMs) return { ...report, settledAfterMs: Math.round(elapsedMs) }
    await sleep(ASK_AGAIN_MS)
  }
}

async function compare(calls: Client, pools: readonly HostPool[]): Promise<Omit<InvariantReport, 'settledAfterMs'>> {
  const apps = (await calls.apps.list({ limit: 1000 })).items
  const broken: string[] = []
  for (const { name, state, wanted, running, outdated, starting, statusMessage } of apps) {
    const calm = running === wanted && outdated === 0 && starting === 0 && state !== 'removing'
    if (!calm) broken.push(`${name} is ${state}: ${running} of ${wanted} run, ${outdated} outdated, ${starting} start. ${statusMessage}`)
  }
  const known = await allInstances(calls)
  const seen = (await Promise.all(pools.map((pool) => pool.view()))).flat().filter((one) => one.running)
  const there = new Map<string, string>()
  for (const { instance, host } of seen) {
    const twice = there.get(instance)
    if (twice !== undefined) broken.push(`${instance} runs twice, on ${twice} and ${host}`)
    there.set(instance, host)
    if (known.get(instance) === undefined) broken.push(`${instance} runs on ${host}, and nobody wants it`)
    else if (known.get(instance) !== host) broken.push(`${instance} runs on ${host} and should run on ${known.get(instance)}`)
  }
  for (const [instance, host] of known) if (!there.has(instance)) broken.push(`${instance} should run on ${host} and does not`)
  const perApp = Map.groupBy(seen, ({ app }) => app)
  for (const { name, wanted } of apps) {
    const count = perApp.get(name)?.length ?? 0
    if (count !== wanted) broken.push(`${name}: ${wanted} are wanted, ${count} run on the hosts`)
  }
  return { running: seen.length, wanted: apps.reduce((sum, { wanted }) => sum + wanted, 0), broken }
}

/** Instances that are to run, with their hosts. */
async function allInstances(calls: Client): Promise<Map<string, string>> {
  const known = new Map<string, string>()
  for (let offset = 0; ; offset += 1000) {
    const { items, total } = await calls.instances.list({ offset, limit: 1000 })
    for (const { id, host, wanted, status } of items)
      if (wanted === 'running' && status !== 'failed' && status !== 'stopped') known.set(id, host)
    if (offset + items.length >= total || items.length === 0) return known
  }
}
