import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { parseDuration, type BoundPort, type Health, type HealthCheck } from '../contract/index.ts'
import { httpGet, type Engine } from '../engines/index.ts'
import { judgeHealth, overallHealth, UNCHECKED, type CheckState } from './judge-health.ts'

/** A running instance whose health is watched. */
export interface Watched {
  id: string
  app: string
  host: string
  startedAt: number
  ports: readonly BoundPort[]
  checks: readonly HealthCheck[]
  /** The verdict that is stored, to go on from after a restart of the core. */
  health: Health
}

interface Dependencies {
  clock: Clock
  logger: Logger
  /** The engine of a host that is connected. */
  engine(host: string): Engine | undefined
  /** The verdict changed. */
  verdict(instance: Watched, health: Health, message: string): Promise<void>
}

/** Until the first success a check runs this often, so that a deployment does not wait for a whole interval. */
const START_INTERVAL_MS = 1000

interface Probe {
  instance: Watched
  /** When the instance started on the monotonic clock, so that setting the clock neither cuts the grace time nor stretches it. */
  startedAt: number
  states: CheckState[]
  told: Health
  timers: NodeJS.Timeout[]
}

/** Runs the health checks of every watched instance at their intervals, through the host's own connection. */
export class HealthProbes {
  readonly #deps: Dependencies
  readonly #probes = new Map<string, Probe>()
  /** Ids of what is watched, by host. */
  readonly #onHost = new Map<string, string[]>()

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  /** Makes `instances` the ones that are watched on `host`. What is watched already goes on undisturbed. */
  sync(host: string, instances: readonly Watched[]): void {
    const wanted = new Map(instances.filter(({ checks }) => checks.length > 0).map((item) => [item.id, item]))
    for (const id of this.#onHost.get(host) ?? []) {
      const probe = this.#probes.get(id)
      const next = wanted.get(id)
      if (probe && (!next || !sameChecks(probe.instance, next))) this.#drop(id)
    }
    for (const instance of wanted.values()) if (!this.#probes.has(instance.id)) this.#watch(instance)
    if (wanted.size > 0) this.#onHost.set(host, [...wanted.keys()])
    else this.#onHost.delete(host)
  }

  stop(): void {
    for (const id of [...this.#probes.keys()]) this.#drop(id)
  }

  #drop(id: string): void {
    for (const timer of this.#probes.get(id)?.timers ?? []) clearTimeout(timer)
    this.#probes.delete(id)
  }

  #watch(instance: Watched): void {
    const known: CheckState = instance.health === 'healthy' ? { consecutiveFailures: 0, everPassed: true, health: 'healthy' } : UNCHECKED
    const { clock } = this.#deps
    const startedAt = clock.monotonic() - Math.max(0, clock.now() - instance.startedAt)
    const probe: Probe = { instance, startedAt, states: instance.checks.map(() => known), told: instance.health, timers: [] }
    this.#probes.set(instance.id, probe)
    for (const index of instance.checks.keys()) this.#schedule(probe, index, Math.random() * START_INTERVAL_MS)
  }

  #schedule(probe: Probe, index: number, delayMs: number): void {
    probe.timers[index] = setTimeout(() => void this.#probe(probe, index), delayMs)
  }

  async #probe(probe: Probe, index: number): Promise<void> {
    const { instance } = probe
    const check = instance.checks[index]
    const engine = this.#deps.engine(instance.host)
    if (!check) return
    // A host that does not answer says nothing about the health of what runs there.
    if (engine) {
      const failure = await runCheck(engine, instance, check)
      if (this.#probes.get(instance.id) !== probe) return
      if (failure !== 'unreachable') await this.#judge(probe, { index, check, failure })
    }
    const intervalMs = parseDuration(check.interval) ?? 10_000
    this.#schedule(probe, index, probe.states[index]?.everPassed ? intervalMs : Math.min(intervalMs, START_INTERVAL_MS))
  }

  async #judge(probe: Probe, { index, check, failure }: { index: number; check: HealthCheck; failure: string | null }): Promise<void> {
    const { instance } = probe
    const state = probe.states[index] ?? UNCHECKED
    probe.states[index] = judgeHealth(state, {
      check,
      passed: failure === null,
      startedAt: probe.startedAt,
      at: this.#deps.clock.monotonic(),
    })
    const health = overallHealth(probe.states)
    if (health === probe.told || health === 'unknown') return
    try {
      await this.#deps.verdict(instance, health, health === 'healthy' ? '' : `${check.kind} health check: ${failure ?? ''}`)
      probe.told = health
    } catch (error) {
      this.#deps.logger.error({ instance: instance.id, err: error }, 'could not note the health of an instance')
    }
  }
}

function sameChecks(a: Watched, b: Watched): boolean {
  return a.startedAt === b.startedAt && JSON.stringify(a.checks) === JSON.stringify(b.checks)
}

/** Null when it passed, "unreachable" when the host did not answer, else what went wrong. */
async function runCheck(engine: Engine, instance: Watched, check: HealthCheck): Promise<string | null> {
  const timeoutMs = parseDuration(check.timeout) ?? 5000
  try {
    if (check.kind === 'command') {
      const code = await engine.check(instance.id, check)
      return code === 0 ? null : `exit code ${code}`
    }
    const port = instance.ports.find(({ name }) => name === check.port)?.hostPort
    if (port === undefined) return `no port is called "${check.port}"`
    if (check.kind === 'http') {
      const { status } = await httpGet(engine, { port, path: check.path, timeoutMs, maxBytes: 64 * 1024 })
      return status >= 200 && status < 400 ? null : `HTTP ${status}`
    }
    await dialOnce(engine, port, timeoutMs)
    return null
  } catch (error) {
    if (await hostIsAway(engine)) return 'unreachable'
    return error instanceof Error ? error.message : String(error)
  }
}

/** Tells an instance that does not answer from a host that does not. */
async function hostIsAway(engine: Engine): Promise<boolean> {
  try {
    await engine.ping(2000)
    return false
  } catch {
    return true
  }
}

async function dialOnce(engine: Engine, port: number, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const dialled = engine.dial(port)
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    await Promise.race([dialled, late])
  } finally {
    clearTimeout(timer)
    void dialled.then((socket) => socket.destroy()).catch(() => undefined)
  }
}
