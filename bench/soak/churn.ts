import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../core/contract/client.ts'
import type { AppSpecInput } from '../../core/contract/index.ts'
import type { SeededRandom } from '../../tests/support/random.ts'
import type { HostPool } from './host-pool.ts'

export interface ChurnOptions {
  calls: Client
  streaming: Client
  random: SeededRandom
  pool: HostPool
  /** Prefix of the apps' names, so that two kinds of hosts do not meet. */
  name: string
  /** What every app is made of, constraint to the kind of hosts included. */
  spec: Partial<AppSpecInput>
  apps: { least: number; most: number }
  instances: { least: number; most: number }
  onFailure: (text: string) => void
}

const READ_LOGS_MS = 2000
const OPEN_AFTER_ACTIONS = 6
const CUT_OFF_MS = 15_000
const ACT_WITHIN_MS = 60_000

/** Changes what is wanted and what is there, one thing at a time, as people and accidents do. */
export class Churn {
  readonly #options: ChurnOptions
  readonly #wanted = new Map<string, number>()
  readonly #closed: { host: string; openIn: number }[] = []
  readonly done: Record<string, number> = {}
  #nextApp = 1
  #version = 1
  #background: Promise<void> = Promise.resolve()

  constructor(options: ChurnOptions) {
    this.#options = options
  }

  get apps(): readonly string[] {
    return [...this.#wanted.keys()]
  }

  /** Makes the first apps. */
  async begin(): Promise<void> {
    while (this.#wanted.size < this.#options.apps.least) await this.#deploy()
  }

  /** One thing. What the core refuses is told, and nothing is lost by it: the next comes anyway. */
  async act(): Promise<void> {
    const due = this.#closed.find((one) => --one.openIn <= 0)
    const action = due ? 'open' : this.#choose()
    try {
      await inTime(due ? this.#open(due.host) : this.#actions[action]?.())
      this.done[action] = (this.done[action] ?? 0) + 1
    } catch (error) {
      this.#options.onFailure(`${this.#options.name} ${action}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Until hosts that were cut off are back. */
  async rest(): Promise<void> {
    await this.#background
  }

  #choose(): string {
    const { random, apps } = this.#options
    if (this.#wanted.size < apps.least) return 'deploy'
    const action = random.pick(['scale', 'scale', 'scale', 'kill', 'kill', 'change', 'drain', 'deploy', 'remove', 'logs', 'cut'])
    if (action === 'deploy' && this.#wanted.size >= apps.most) return 'remove'
    if (action === 'remove' && this.#wanted.size <= apps.least) return 'scale'
    if (action === 'drain' && this.#closed.length > 0) return 'scale'
    return action
  }

  readonly #actions: Record<string, () => Promise<void>> = {
    deploy: () => this.#deploy(),
    scale: () => this.#scale(),
    kill: () => this.#kill(),
    change: () => this.#change(),
    remove: () => this.#remove(),
    drain: () => this.#drain(),
    logs: () => this.#logs(),
    cut: () => this.#cut(),
  }

  #someApp(): string {
    const names = this.apps
    return names[this.#options.random.below(names.length)] ?? ''
  }

  #someHost(): string {
    const { pool, random } = this.#options
    return pool.names[random.below(pool.names.length)] ?? ''
  }

  #someCount(): number {
    const { random, instances } = this.#options
    return instances.least + random.below(instances.most - instances.least + 1)
  }

  async #deploy(): Promise<void> {
    const name = `${this.#options.name}-${this.#nextApp++}`
    const instances = this.#someCount()
    await this.#apply(name, instances)
    this.#wanted.set(name, instances)
  }

  async #apply(name: string, instances: number): Promise<void> {
    const spec = { ...this.#options.spec, name, instances, env: { VERSION: String(this.#version) } }
    await this.#options.calls.apps.apply({ name, spec })
  }

  async #scale(): Promise<void> {
    const name = this.#someApp()
    const instances = this.#someCount()
    await this.#options.calls.apps.scale({ name, instances })
    this.#wanted.set(name, instances)
  }

  async #kill(): Promise<void> {
    const { pool, random } = this.#options
    const running = (await pool.view()).filter((one) => one.running)
    const victim = running[random.below(running.length)]
    if (victim) await pool.kill(victim)
  }

  async #change(): Promise<void> {
    this.#version++
    const name = this.#someApp()
    await this.#apply(name, this.#wanted.get(name) ?? 1)
  }

  async #remove(): Promise<void> {
    const name = this.#someApp()
    await this.#options.calls.apps.remove({ name })
    this.#wanted.delete(name)
  }

  async #drain(): Promise<void> {
    const host = this.#someHost()
    await this.#options.calls.hosts.drain({ name: host })
    this.#closed.push({ host, openIn: OPEN_AFTER_ACTIONS })
  }

  async #open(host: string): Promise<void> {
    this.#closed.splice(
      this.#closed.findIndex((one) => one.host === host),
      1,
    )
    await this.#options.calls.hosts.uncordon({ name: host })
  }

  /** Follows the output of an app for a moment and hangs up in the middle. */
  async #logs(): Promise<void> {
    const abort = new AbortController()
    const timer = setTimeout(() => abort.abort(), READ_LOGS_MS)
    try {
      const lines = await this.#options.streaming.apps.logs({ name: this.#someApp(), follow: true, tail: 5 }, { signal: abort.signal })
      for await (const line of lines) if (line.text === '') continue
    } catch (error) {
      if (!abort.signal.aborted) throw error
    } finally {
      clearTimeout(timer)
    }
  }

  async #cut(): Promise<void> {
    await this.rest()
    this.#background = this.#options.pool.cutOff(this.#someHost(), CUT_OFF_MS).catch((error: unknown) => {
      this.#options.onFailure(`${this.#options.name} cut: ${String(error)}`)
    })
    await sleep(0)
  }
}

/** An action that hangs is a finding, and must not end the churn. */
async function inTime(action: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${ACT_WITHIN_MS / 1000} s`)), ACT_WITHIN_MS)
  })
  await Promise.race([action, late]).finally(() => clearTimeout(timer))
}
