import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { Apps, Artifacts, loadInstances } from '../apps/index.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { AppSpec, HostInput, type AppSpecInput } from '../contract/index.ts'
import { FakeHost } from '../engines/fake-host.ts'
import { EngineError } from '../engines/index.ts'
import { Hosts } from '../hosts/index.ts'
import { Secrets } from '../secrets/index.ts'
import { Store, Vault } from '../store/index.ts'
import { Reconciler } from './reconciler.ts'

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A pool of hosts in memory with everything real above them: store on disk, use cases, reconciler. */
export class Pool {
  readonly machines: Record<string, FakeHost>
  readonly dir = mkdtempSync(join(tmpdir(), 'spacefort-reconciler-'))
  store!: Store
  hosts!: Hosts
  apps!: Apps
  reconciler!: Reconciler

  /** What the core under test takes for the time. */
  clock: Clock = systemClock

  constructor(names: string[]) {
    this.machines = Object.fromEntries(names.map((name) => [name, new FakeHost()]))
    cleanups.push(() => rmSync(this.dir, { recursive: true, force: true }))
  }

  /** Starts a core on the pool's folder, as after a restart when there was one before. */
  async start(): Promise<void> {
    const { clock } = this
    const store = await Store.open(join(this.dir, 'db'), clock)
    const vault = new Vault(Buffer.alloc(32, 7))
    const secrets = new Secrets({ store, vault, clock, usedBy: () => Promise.resolve(new Map()) })
    const artifacts = new Artifacts({ store, clock, dir: this.dir, maxBytes: 1000 })
    const hosts = new Hosts({
      store,
      vault,
      clock,
      environment: {
        test: () => Promise.reject(new Error('not here')),
        changed: (name) => reconciler.hostChanged(name),
        used: () => null,
      },
    })
    const reconciler: Reconciler = new Reconciler({
      store,
      clock,
      logger: silentLogger,
      secrets,
      artifacts,
      connect: async (name) => {
        const known = await hosts.connection(name)
        const machine = this.machines[name]
        if (!known || !machine) return null
        if (machine.offeredKey !== null) throw new Error(machine.offeredKey)
        if (machine.down) throw new EngineError('unreachable', 'no answer')
        return { engine: machine.connect(), hostKey: null, generation: known.generation }
      },
      generation: (name) => hosts.generation(name),
      offeredKey: (error) => (error instanceof Error && error.message.startsWith('SHA256:') ? error.message : null),
    })
    const environment = {
      changed: (app: string) => reconciler.appChanged(app),
      missingSecrets: (names: readonly string[]) => secrets.missing(names),
      hasArtifact: (digest: string) => artifacts.has(digest),
      warnings: () => Promise.resolve([]),
    }
    Object.assign(this, { store, hosts, reconciler, apps: new Apps({ store, clock, environment }) })
    const known = (await hosts.list({ offset: 0, limit: 1000 })).items.map(({ name }) => name)
    for (const name of Object.keys(this.machines))
      if (!known.includes(name))
        await hosts.add(
          HostInput.parse({
            name,
            connection: { kind: 'docker-socket', path: `/run/${name}.sock` },
            centre: name.slice(0, 1).toUpperCase(),
          }),
          'test',
        )
    await reconciler.start()
    cleanups.push(() => this.stop())
  }

  #stopped = false
  async stop(): Promise<void> {
    if (this.#stopped) return
    this.#stopped = true
    await this.reconciler.stop()
    await this.store.close()
  }

  async restart(): Promise<void> {
    await this.stop()
    this.#stopped = false
    await this.start()
  }

  get running(): string[] {
    return Object.values(this.machines).flatMap(({ running }) => running)
  }

  get starts(): number {
    return Object.values(this.machines).reduce((sum, { starts }) => sum + starts, 0)
  }

  apply(change: Partial<AppSpecInput> = {}) {
    const spec = AppSpec.parse({ name: 'shop', image: 'shop:1', ports: [{ name: 'http', container: 8080 }], instances: 6, ...change })
    return this.apps.apply({ name: spec.name, spec, dryRun: false, note: '' }, 'test')
  }

  async until(what: () => boolean | Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    const end = Date.now() + timeoutMs
    while (!(await what())) {
      if (Date.now() > end) {
        const seen = (await loadInstances(this.store.db, { ended: true })).map(
          ({ instance }) => `${instance.id} ${instance.host} ${instance.wanted} ${instance.status}`,
        )
        throw new Error(`not reached in ${timeoutMs} ms; running ${this.running.length}; ${seen.join('; ')}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** The hosts' own view and the store's agree, with `count` instances. */
  settled(count: number): Promise<void> {
    return this.until(async () => {
      const { app } = await this.apps.record('shop')
      return this.running.length === count && app.running === count && app.wanted === count && app.outdated === 0
    })
  }
}

/** A started pool; it is stopped and its folder removed after the test. */
export async function pool(...names: string[]): Promise<Pool> {
  const created = new Pool(names)
  await created.start()
  return created
}
