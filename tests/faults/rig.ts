import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ORPCError, type Client } from '../../core/contract/client.ts'
import type { AppSpecInput } from '../../core/contract/index.ts'
import { addToConsole } from '../../lab/console.ts'
import { labDown, labUp, type Lab, type UpOptions } from '../../lab/index.ts'
import { CoreProcess } from './core-process.ts'
import { EngineHistory } from './engine-history.ts'
import { EventFollower, readLog } from './event-follower.ts'
import { mountDisk, unmountDisk } from './disk.ts'
import { seeHosts, type Seen } from './hosts-view.ts'
import { agreementViolations, historyBalance, hostViolations, logViolations, type WantedState } from './invariants.ts'

const SETTLE_TIMEOUT_MS = 90_000
const LOOK_EVERY_MS = 150

export interface RigOptions extends Pick<UpOptions, 'kinds' | 'diskMegabytes' | 'prefix' | 'subnet'> {
  /** Environment of every core. */
  env?: Record<string, string>
  /** Size of the disk the console's own data is on. @default the machine's */
  dataMegabytes?: number
  /** False when the scenario adds the hosts itself. @default true */
  addHosts?: boolean
}

export interface Facts {
  engineStarts: number
  engineEnds: number
  events: number
}

/** Whether every look at hosts and log agrees; `facts` are what was counted on the way. */
interface Look {
  wrong: string[]
  facts: Facts
}

/** Real hosts, a real core, and the means to tell whether they do what is wanted: for one scenario. */
export class Rig {
  readonly lab: Lab
  readonly dir: string
  /** Everything that must run, as far as it was promised to a client. */
  readonly wanted = { apps: new Map<string, number>(), drained: new Set<string>() } satisfies WantedState
  readonly history = new EngineHistory()
  readonly follower = new EventFollower()
  env: Record<string, string>
  /** Hosts of which the engine's own history is incomplete, as it was restarted or is tampered with. */
  readonly forgetful = new Set<string>()
  static readonly #up = new Set<Rig>()
  #core: CoreProcess | undefined
  #client: Client | undefined

  private constructor(lab: Lab, dir: string, env: Record<string, string>) {
    this.lab = lab
    this.dir = dir
    this.env = env
  }

  /** Takes down what is up, for a run that is ended early. */
  static async downAll(): Promise<void> {
    for (const rig of Rig.#up) await rig.down()
  }

  static async up(options: RigOptions = {}): Promise<Rig> {
    const { kinds = ['docker-tls', 'docker-tls', 'docker-ssh', 'ssh', 'ssh'], prefix = 'flt', subnet = '10.88.0', diskMegabytes } = options
    const labDir = join(tmpdir(), `spacefort-faults-${prefix}`)
    await claim(`${labDir}.pid`)
    await labDown({ dir: labDir })
    const dir = await mkdtemp(join(tmpdir(), 'spacefort-faults-'))
    try {
      const lab = await labUp({ dir: labDir, prefix, subnet, kinds, diskMegabytes, images: 'busybox' })
      const rig = new Rig(lab, dir, options.env ?? {})
      Rig.#up.add(rig)
      rig.history.start(lab.state)
      await mkdir(rig.dataDir)
      if (options.dataMegabytes !== undefined) await mountDisk(rig.dataDir, options.dataMegabytes)
      await rig.startCore()
      await rig.client.hosts.remove({ name: 'workstation' })
      if (options.addHosts !== false) await rig.addHosts()
      return rig
    } catch (error) {
      await labDown({ dir: labDir })
      await unmountDisk(join(dir, 'data'))
      await rm(dir, { recursive: true, force: true })
      throw error
    }
  }

  /** Sets everything up, works with it, and leaves nothing behind. What the core said last goes with a failure. */
  static async use<T>(options: RigOptions, work: (rig: Rig) => Promise<T>): Promise<T> {
    const rig = await Rig.up(options)
    try {
      return await work(rig)
    } catch (error) {
      if (process.env.FAULTS_TRACE) process.stderr.write(rig.core.log.split('\n').slice(-40).join('\n'))
      throw error
    } finally {
      await rig.down()
    }
  }

  async down(): Promise<void> {
    Rig.#up.delete(this)
    this.history.stop()
    await this.#core?.kill()
    await this.follower.detach()
    await labDown({ dir: this.labDir })
    await unmountDisk(this.dataDir)
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 })
    await rm(`${this.labDir}.pid`, { force: true })
  }

  get dataDir(): string {
    return join(this.dir, 'data')
  }

  get labDir(): string {
    return this.lab.state.dir
  }

  get core(): CoreProcess {
    if (!this.#core) throw new Error('no core was started')
    return this.#core
  }

  get isRunning(): boolean {
    return this.core.isRunning
  }

  get client(): Client {
    if (!this.#client) throw new Error('no core is ready')
    return this.#client
  }

  /** Starts a core without waiting for it. */
  launch(dataDir = this.dataDir): CoreProcess {
    this.#core = new CoreProcess(dataDir, this.env)
    return this.#core
  }

  async startCore(dataDir = this.dataDir): Promise<void> {
    this.#client = await this.launch(dataDir).client()
    this.follower.attach(this.#client)
  }

  async killCore(): Promise<void> {
    await this.core.kill()
    await this.follower.detach()
  }

  async stopCore(): Promise<void> {
    await this.core.stop()
    await this.follower.detach()
  }

  async addHosts(): Promise<void> {
    const { url, token } = await this.core.ready()
    await addToConsole(this.lab.inventoryPath, { url, token })
    for (const { name } of this.lab.state.hosts) await this.hostIs(name, 'ready')
  }

  async hostIs(name: string, status: 'ready' | 'unreachable' | 'blocked', timeoutMs = 30_000): Promise<void> {
    await until(async () => (await this.client.hosts.get({ name })).status === status, timeoutMs, `${name} does not become ${status}`)
  }

  /** Applies an app and counts on it. */
  async deploy(spec: AppSpecInput): Promise<void> {
    await this.client.apps.apply({ name: spec.name, spec })
    this.wanted.apps.set(spec.name, spec.instances ?? 1)
  }

  async scale(name: string, instances: number): Promise<void> {
    await this.client.apps.scale({ name, instances })
    this.wanted.apps.set(name, instances)
  }

  async remove(name: string): Promise<void> {
    await this.client.apps.remove({ name })
    this.wanted.apps.delete(name)
  }

  seen(): Promise<Seen[]> {
    return seeHosts(this.lab.state)
  }

  /** Running containers and processes of an app, by which a restart of any of them shows. */
  async bodies(app?: string): Promise<Set<string>> {
    return new Set(
      (await this.seen())
        .filter((item) => item.running && (app === undefined || item.app === app))
        .map(({ host, body }) => `${host}/${body}`),
    )
  }

  /** Resolves once hosts and log agree with what is wanted; rejects with every way in which they still do not. */
  async settle(timeoutMs = SETTLE_TIMEOUT_MS): Promise<Facts> {
    const end = Date.now() + timeoutMs
    for (;;) {
      const early = hostViolations(await this.seen(), this.wanted, this.#failed())
      const look = early.length > 0 && Date.now() < end ? null : await this.#look()
      if (look?.wrong.length === 0) return look.facts
      if (look && Date.now() > end) throw new Error(look.wrong.join('\n'))
      await sleep(LOOK_EVERY_MS)
    }
  }

  #failed(): Set<string> {
    return new Set(this.follower.events.filter(({ kind }) => kind === 'instance.failed').map(({ instance }) => instance ?? ''))
  }

  async #look(): Promise<Look> {
    const events = await readLog(this.client, 0)
    await this.follower.caughtUp(events.length, 3000)
    const seen = await this.seen()
    const complete = this.lab.state.hosts.filter(({ name, kind }) => kind !== 'ssh' && !this.forgetful.has(name)).map(({ name }) => name)
    const balance = historyBalance(this.history.deeds, { seen, events }, new Set(complete))
    const heard = this.follower.events.slice(0, events.length)
    const differs = heard.length < events.length ? heard.length : heard.findIndex((event, index) => event.hash !== events[index]?.hash)
    const wrong = [
      ...hostViolations(seen, this.wanted, this.#failed()),
      ...logViolations(events),
      ...agreementViolations(seen, events),
      ...balance.wrong,
      ...(differs < 0 ? [] : [`a client that follows the events heard another one than event ${differs + 1} of the log, or none`]),
      ...(await this.#ownView(seen)),
    ]
    return { wrong, facts: { engineStarts: balance.starts, engineEnds: balance.ends, events: events.length } }
  }

  /** The console must know of every instance where it is, and of no other. */
  async #ownView(seen: readonly Seen[]): Promise<string[]> {
    const { items } = await this.client.instances.list({ limit: 1000 })
    const known = new Set(items.filter(({ status }) => status === 'running').map(({ id, host }) => `${id} on ${host}`))
    const real = new Set(seen.filter(({ running }) => running).map(({ instance, host }) => `${instance} on ${host}`))
    return [
      ...[...real].filter((item) => !known.has(item)).map((item) => `${item} runs, and the console does not say so`),
      ...[...known].filter((item) => !real.has(item)).map((item) => `the console says that ${item} runs, and it does not`),
    ]
  }
}

/** What an earlier run left behind is removed, but not what a run that still goes on uses. */
async function claim(file: string): Promise<void> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''))
  if (holder > 0 && holder !== process.pid && existsSync(`/proc/${holder}`)) throw new Error(`the lab is in use by process ${holder}`)
  await writeFile(file, String(process.pid))
}

/** Asks again until the answer is yes; rejects with `complaint` when the time is over. */
export async function until(check: () => boolean | Promise<boolean>, timeoutMs: number, complaint: string): Promise<void> {
  for (const end = Date.now() + timeoutMs; !(await check());) {
    if (Date.now() > end) throw new Error(`${complaint} within ${timeoutMs / 1000} s`)
    await sleep(100)
  }
}

/** Whether the console said no, rather than that it was not there to be asked. */
export function isRefusal(error: unknown): error is ORPCError<string, unknown> {
  return error instanceof ORPCError && error.defined
}

export function assert(holds: boolean, complaint: string): asserts holds {
  if (!holds) throw new Error(complaint)
}
