import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { insertApp, insertRevision, updateApp } from '../../core/apps/apps.table.ts'
import { insertInstances, updateInstanceObserved } from '../../core/apps/instances.table.ts'
import { AppSpec, HostInput } from '../../core/contract/index.ts'
import { insertHost, updateHost, updateObserved } from '../../core/hosts/hosts.table.ts'
import { claimDataFolder, Store, type Tx } from '../../core/store/index.ts'
import { planPool, type PlannedApp, type PlannedHost, type PlannedInstance, type PoolPlan, type PoolSize } from './pool-plan.ts'

/** File in the data folder that tells the fake engines what runs on which host. */
export const POOL_FILE = 'pool.json'

export interface PoolFile {
  installation: string
  hosts: {
    name: string
    socket: string
    cpuMillis: number
    memoryBytes: number
    answers: boolean
    containers: { id: string; app: string }[]
  }[]
}

const AT_A_TIME = 500

/**
 * Fills an empty data folder with a pool as if it had long been in use: hosts, apps, instances, what is observed of them, and the
 * events that tell of it. Returns what was made. Refuses a folder that has a database already.
 */
export async function seedPool(dataDir: string, size: PoolSize): Promise<PoolPlan> {
  const socketDir = join(dataDir, 'sockets')
  mkdirSync(socketDir, { recursive: true })
  if (existsSync(join(dataDir, 'spacefort.db'))) throw new Error(`${dataDir} is in use already: choose an empty folder`)
  const { files, release } = claimDataFolder(dataDir)
  const now = Date.now() - (size.ageMs ?? 0)
  const store = await Store.open(files.database, { now: () => now, monotonic: () => now })
  try {
    const plan = planPool(size, socketDir)
    await store.write(async (tx) => {
      // The first start of an installation adds the workstation as a host; this is not the first.
      tx.emit({ kind: 'system.started', actor: 'system', data: { version: 'seed' } })
      for (const host of plan.hosts) await writeHost(tx, host, now)
      for (const app of plan.apps) await writeApp(tx, app, now)
      for (let start = 0; start < plan.instances.length; start += AT_A_TIME)
        await writeInstances(tx, plan.instances.slice(start, start + AT_A_TIME), now)
      for (const { name, instances } of plan.apps)
        tx.emit({ kind: 'app.settled', actor: 'system', app: name, data: { instances, revision: 1 } })
    })
    writeFileSync(join(dataDir, POOL_FILE), JSON.stringify(poolFile(plan, store.installation)))
    return plan
  } finally {
    await store.close()
    release()
  }
}

async function writeHost(tx: Tx, host: PlannedHost, now: number): Promise<void> {
  const { name, socket, centre, room, rack, domain, labels, status, scheduling } = host
  const connection = { kind: 'docker-socket' as const, path: socket }
  const input = HostInput.parse({ name, connection, centre, room, rack, domain, labels })
  await insertHost(tx.db, { input, engine: 'docker', open: connection, sealed: null, hostKey: null, now })
  if (scheduling !== 'open') await updateHost(tx.db, name, { scheduling })
  await updateObserved(tx.db, name, {
    status,
    status_message: status === 'unreachable' ? `Docker at unix://${socket} did not answer within 5 s` : '',
    engine_version: 'Docker 20.10.24 (API 1.41)',
    os: 'Debian GNU/Linux 12 (bookworm), x86_64',
    cpu_millis: host.cpuMillis,
    memory_bytes: host.memoryBytes,
    disk_bytes: host.diskBytes,
    last_seen_at: now,
  })
  tx.emit({ kind: 'host.added', actor: 'admin', host: name, data: { connection: connection.kind } })
  if (status === 'ready') tx.emit({ kind: 'host.ready', actor: 'system', host: name, data: {} })
  if (status === 'unreachable') tx.emit({ kind: 'host.unreachable', actor: 'system', host: name, data: { message: 'no answer' } })
}

async function writeApp(tx: Tx, app: PlannedApp, now: number): Promise<void> {
  const spec = AppSpec.parse({
    name: app.name,
    image: 'registry.example/app:1.0',
    instances: app.instances,
    resources: { cpu: `${app.cpuMillis}m`, memory: String(app.memoryBytes) },
  })
  await insertApp(tx.db, { name: app.name, instances: app.instances, now })
  await insertRevision(tx.db, { app: app.name, revision: 1, spec, createdAt: now, createdBy: 'admin', note: '' })
  await updateApp(tx.db, app.name, { columns: { revision: 1 }, now })
  tx.emit({ kind: 'app.created', actor: 'admin', app: app.name, data: { instances: app.instances } })
}

async function writeInstances(tx: Tx, instances: readonly PlannedInstance[], now: number): Promise<void> {
  const placement = { at: now, considered: 1, feasible: 1, score: 0, scores: {}, runnersUp: [] }
  await insertInstances(
    tx.db,
    instances.map(({ id, app, host, ports, cpuMillis, memoryBytes }) => ({
      ...{ id, app, host, ports, placement, now },
      revision: 1,
      restartGeneration: 0,
      cause: 'scale',
      resources: { cpuMillis, memoryBytes, diskBytes: 0 },
    })),
  )
  for (const { id, app, host, status, health } of instances) {
    if (status !== 'starting') await updateInstanceObserved(tx.db, id, { status, health, started_at: now })
    tx.emit({ kind: 'instance.placed', actor: 'system', app, host, instance: id, data: { cause: 'scale' } })
  }
}

function poolFile(plan: PoolPlan, installation: string): PoolFile {
  const byHost = Map.groupBy(plan.instances, ({ host }) => host)
  const hosts = plan.hosts.map(({ name, socket, cpuMillis, memoryBytes, status }) => {
    const containers = (byHost.get(name) ?? []).filter((instance) => instance.status !== 'starting').map(({ id, app }) => ({ id, app }))
    return { name, socket, cpuMillis, memoryBytes, answers: status === 'ready', containers }
  })
  return { installation, hosts }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      hosts: { type: 'string', default: '2000' },
      instances: { type: 'string', default: '20000' },
      apps: { type: 'string', default: '50' },
      trouble: { type: 'string', default: '0.02' },
      seed: { type: 'string', default: '1' },
    },
  })
  if (values.data === undefined) throw new Error('say where with --data DIR')
  const numbers = { hosts: Number(values.hosts), instances: Number(values.instances), apps: Number(values.apps), seed: Number(values.seed) }
  const plan = await seedPool(resolve(values.data), { ...numbers, troubleShare: Number(values.trouble) })
  console.log(
    JSON.stringify({ data: resolve(values.data), hosts: plan.hosts.length, apps: plan.apps.length, instances: plan.instances.length }),
  )
}
