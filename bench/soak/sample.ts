import type { Client } from '../../core/contract/client.ts'
import { quantile, round } from '../report.ts'
import { cpuMsOf, type CoreProcess } from './core-process.ts'
import type { LabPool } from './lab-pool.ts'
import type { LagMeter } from './lag.ts'
import type { SimulatedPool } from './simulated-pool.ts'

export interface Sample {
  /** Since the soak began. */
  minutes: number
  rssBytes: number
  heapBytes: number
  handles: number
  /** Share of one core in use since the last sample, by what uses it. */
  cpuPercent: { core: number; simulatedHosts: number; lab: number | null; harness: number }
  databaseBytes: number
  metricsBytes: number
  eventSeq: number
  /** Time from a change at a host to its event in the live feed, since the last sample. */
  lagMs: { count: number; p50: number; p95: number; max: number }
  listP95Ms: number
  wanted: number
  running: number
}

const READS = 4

interface Sources {
  calls: Client
  core: CoreProcess
  simulated: SimulatedPool
  lab: LabPool | undefined
  lag: LagMeter
}

/** Reads all there is to read of a running soak; shares are of the time since the reading before. */
export class Sampler {
  readonly #sources: Sources
  readonly #startedAt = performance.now()
  #last: { at: number; cpu: Record<string, number> }

  constructor(sources: Sources) {
    this.#sources = sources
    this.#last = { at: performance.now(), cpu: this.#cpu() }
  }

  #cpu(): Record<string, number> {
    const { core, simulated, lab } = this.#sources
    const inLab = lab?.cpuMs()
    const others = { core: core.cpuMs(), simulatedHosts: cpuMsOf(simulated.pid), harness: cpuMsOf(process.pid) }
    return inLab === undefined ? others : { ...others, lab: inLab }
  }

  async take(): Promise<Sample> {
    const { core, calls, lag } = this.#sources
    const listMs: number[] = []
    for (let read = 0; read < READS; read++)
      for (const list of [
        () => calls.instances.list({ limit: 50 }),
        () => calls.hosts.list({ limit: 50 }),
        () => calls.apps.list({ limit: 50 }),
      ]) {
        const startedAt = performance.now()
        await list()
        listMs.push(performance.now() - startedAt)
      }
    const metrics = await this.#metrics()
    const apps = (await calls.apps.list({ limit: 1000 })).items
    const disk = core.diskBytes()
    const lags = lag.take()
    return {
      minutes: round((performance.now() - this.#startedAt) / 60_000, 2),
      rssBytes: core.rssBytes(),
      heapBytes: metrics.nodejs_heap_size_used_bytes ?? 0,
      handles: core.handles(),
      cpuPercent: this.#share(),
      databaseBytes: disk.events,
      metricsBytes: disk.metrics,
      eventSeq: metrics.spacefort_event_seq ?? 0,
      lagMs: { count: lags.length, p50: round(quantile(lags, 0.5)), p95: round(quantile(lags, 0.95)), max: round(Math.max(0, ...lags)) },
      listP95Ms: round(quantile(listMs, 0.95)),
      wanted: apps.reduce((sum, { wanted }) => sum + wanted, 0),
      running: apps.reduce((sum, { running }) => sum + running, 0),
    }
  }

  #share(): Sample['cpuPercent'] {
    const now = { at: performance.now(), cpu: this.#cpu() }
    const elapsedMs = now.at - this.#last.at
    const share = (of: string) => round((((now.cpu[of] ?? 0) - (this.#last.cpu[of] ?? 0)) / elapsedMs) * 100)
    const shares = {
      core: share('core'),
      simulatedHosts: share('simulatedHosts'),
      lab: now.cpu.lab === undefined ? null : share('lab'),
      harness: share('harness'),
    }
    this.#last = now
    return shares
  }

  async #metrics(): Promise<Record<string, number>> {
    const { url, token } = this.#sources.core
    const page = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
    const lines = (await page.text()).split('\n').filter((line) => /^(?:nodejs_heap_size_used_bytes|spacefort_event_seq) /.test(line))
    return Object.fromEntries(lines.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]))
  }
}
