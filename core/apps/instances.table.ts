import { sql, type Kysely, type Selectable } from 'kysely'
import type { BoundPort, Health, Instance, InstanceStatus, ListQuery, Placement, Resources } from '../contract/index.ts'
import type { Tables } from '../store/index.ts'

type Db = Kysely<Tables>

/** Statuses of an instance that is over and done with. */
export const ENDED: InstanceStatus[] = ['stopped', 'failed']

const SORTABLE = {
  id: 'instances.id',
  app: 'instances.app',
  host: 'instances.host',
  revision: 'instances.revision',
  status: 'seen.status',
  health: 'seen.health',
  createdAt: 'instances.created_at',
  startedAt: 'seen.started_at',
  endedAt: 'seen.ended_at',
} as const

function selectInstances(db: Db) {
  return db
    .selectFrom('instances')
    .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
    .leftJoin('hosts', 'hosts.name', 'instances.host')
    .selectAll(['instances', 'seen'])
    .select([sql<string | null>`coalesce(hosts.connection_json ->> '$.ssh.address', hosts.connection_json ->> '$.address')`.as('address')])
}

type Row = Awaited<ReturnType<ReturnType<typeof selectInstances>['execute']>>[number]

/** An instance with what the reconciler needs beyond what anyone is shown. */
export interface InstanceRecord {
  instance: Instance
  placement: Placement | null
  restartGeneration: number
  resources: Resources
  statusSince: number
  stopCause: string | null
  cleaned: boolean
}

function toRecord(row: Row): InstanceRecord {
  return {
    instance: {
      id: row.id,
      app: row.app,
      revision: row.revision,
      host: row.host,
      address: row.address ?? '127.0.0.1',
      wanted: row.wanted as Instance['wanted'],
      status: row.status as InstanceStatus,
      health: row.health as Health,
      ports: JSON.parse(row.ports_json) as BoundPort[],
      cause: row.cause,
      createdAt: row.created_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      exitCode: row.exit_code,
      message: row.message,
    },
    // Most of a row, and hardly ever asked for.
    get placement() {
      return row.placement_json === null ? null : (JSON.parse(row.placement_json) as Placement)
    },
    restartGeneration: row.restart_generation,
    resources: { cpuMillis: row.cpu_millis, memoryBytes: row.memory_bytes, diskBytes: row.disk_bytes },
    statusSince: row.status_since,
    stopCause: row.stop_cause,
    cleaned: row.cleaned === 1,
  }
}

export interface InstanceFilter {
  app?: string | undefined
  host?: string | undefined
  status?: InstanceStatus | undefined
  ended: boolean
}

function filtered(db: Db, filter: InstanceFilter) {
  let select = selectInstances(db)
  if (filter.app) select = select.where('instances.app', '=', filter.app)
  if (filter.host) select = select.where('instances.host', '=', filter.host)
  if (filter.status) select = select.where('seen.status', '=', filter.status)
  if (!filter.ended) select = select.where('seen.status', 'not in', ENDED)
  return select
}

/** How many match; where only the status matters without looking at anything else. */
async function countFiltered(db: Db, { app, host, status, ended, q }: InstanceFilter & { q?: string | undefined }): Promise<number> {
  const counted = db.selectFrom('instance_observed as seen').select((eb) => eb.fn.countAll<number>().as('total'))
  let select = status ? counted.where('seen.status', '=', status) : counted
  if (!ended) select = select.where('seen.status', 'not in', ENDED)
  if (app || host || q)
    select = select.where('seen.instance', 'in', (eb) => {
      let ids = eb.selectFrom('instances').select('instances.id')
      if (app) ids = ids.where('instances.app', '=', app)
      if (host) ids = ids.where('instances.host', '=', host)
      return q ? ids.where('instances.id', 'like', contains(q)) : ids
    })
  return (await select.executeTakeFirstOrThrow()).total
}

const contains = (q: string) => `%${q.replaceAll(/[%_]/g, '')}%`

export async function listInstances(db: Db, query: ListQuery & InstanceFilter): Promise<{ items: Instance[]; total: number }> {
  let select = filtered(db, query)
  if (query.q) select = select.where('instances.id', 'like', contains(query.q))
  const total = await countFiltered(db, query)
  const column = new Map<string, (typeof SORTABLE)[keyof typeof SORTABLE]>(Object.entries(SORTABLE)).get(
    (query.sort ?? '').replace(/^-/, ''),
  )
  const rows = await select
    .orderBy(column ?? SORTABLE.createdAt, query.sort?.startsWith('-') ? 'desc' : 'asc')
    .orderBy('instances.id')
    .limit(query.limit)
    .offset(query.offset)
    .execute()
  return { items: rows.map((row) => toRecord(row).instance), total }
}

export async function loadInstances(db: Db, filter: InstanceFilter): Promise<InstanceRecord[]> {
  return (await filtered(db, filter).orderBy('instances.created_at').orderBy('instances.id').execute()).map(toRecord)
}

/** Every instance that has not ended, with no more than a picture of the pool needs; of these hosts only, where they are given. */
export async function loadPresent(
  db: Db,
  hosts?: readonly string[],
): Promise<Pick<Instance, 'id' | 'app' | 'host' | 'status' | 'health'>[]> {
  let select = db
    .selectFrom('instances')
    .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
    .select(['instances.id', 'instances.app', 'instances.host', 'seen.status', 'seen.health'])
    .where('seen.status', 'not in', ENDED)
  if (hosts) select = select.where('instances.host', 'in', hosts)
  const rows = await select.orderBy('instances.app').orderBy('instances.id').execute()
  return rows.map((row) => ({ ...row, status: row.status as InstanceStatus, health: row.health as Health }))
}

/** Instances of an app that the reconciler has to deal with: those that have not ended, and failed ones that are still wanted. */
export async function loadOpen(db: Db, app: string): Promise<InstanceRecord[]> {
  const rows = await selectInstances(db)
    .where('instances.app', '=', app)
    .where((eb) => eb.or([eb('instances.wanted', '=', 'running'), eb('seen.status', 'not in', ENDED)]))
    .orderBy('instances.created_at')
    .execute()
  return rows.map(toRecord)
}

/** What the instance of an app that failed last said; empty when none is remembered. */
export async function lastFailure(db: Db, app: string): Promise<string> {
  const row = await db
    .selectFrom('instances')
    .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
    .select('seen.message')
    .where('instances.app', '=', app)
    .where('seen.status', '=', 'failed')
    .orderBy('seen.status_since', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.message ?? ''
}

/** Instances of which something may still be left on the host, ended ones included. */
export async function loadUncleaned(db: Db, host: string): Promise<InstanceRecord[]> {
  return (await selectInstances(db).where('instances.host', '=', host).where('seen.cleaned', '=', 0).execute()).map(toRecord)
}

/** Ids of instances of which something may be left on a host that is no more. */
export async function loadAbandoned(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('instances')
    .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
    .leftJoin('hosts', 'hosts.name', 'instances.host')
    .select('instances.id')
    .where('seen.cleaned', '=', 0)
    .where('hosts.name', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** Hosts on which an app has instances that have not ended. */
export async function hostsOfApp(db: Db, app: string): Promise<string[]> {
  const rows = await db
    .selectFrom('instances')
    .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
    .select('instances.host')
    .distinct()
    .where('instances.app', '=', app)
    .where('seen.status', 'not in', ENDED)
    .execute()
  return rows.map(({ host }) => host)
}

export interface Tenant {
  app: string
  host: string
  ports: BoundPort[]
  /** Whether it counts as one of its app's: it is wanted, and its host answers. */
  counts: boolean
}

/** What every instance that has not ended takes of its host besides resources; of these hosts only, where they are given. */
export async function loadTenants(db: Db, hosts?: readonly string[]): Promise<Tenant[]> {
  const select = db
    .selectFrom('instances')
    .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
    .select(['instances.app', 'instances.host', 'instances.wanted', 'instances.ports_json', 'seen.status'])
    .where('seen.status', 'not in', ENDED)
  const rows = await (hosts ? select.where('instances.host', 'in', hosts) : select).orderBy('instances.created_at').execute()
  return rows.map(({ app, host, wanted, status, ports_json }) => ({
    ...{ app, host, ports: JSON.parse(ports_json) as BoundPort[] },
    counts: wanted === 'running' && status !== 'unreachable',
  }))
}

export async function findInstance(db: Db, id: string): Promise<InstanceRecord | undefined> {
  const row = await selectInstances(db).where('instances.id', '=', id).executeTakeFirst()
  return row && toRecord(row)
}

export interface NewInstance {
  id: string
  app: string
  revision: number
  restartGeneration: number
  host: string
  cause: string
  ports: BoundPort[]
  resources: Resources
  placement: Placement
  now: number
}

export async function insertInstances(db: Db, added: readonly NewInstance[]): Promise<void> {
  if (added.length === 0) return
  await db
    .insertInto('instances')
    .values(
      added.map((item) => ({
        id: item.id,
        app: item.app,
        revision: item.revision,
        restart_generation: item.restartGeneration,
        host: item.host,
        wanted: 'running',
        cause: item.cause,
        ports_json: JSON.stringify(item.ports),
        cpu_millis: item.resources.cpuMillis,
        memory_bytes: item.resources.memoryBytes,
        disk_bytes: item.resources.diskBytes,
        placement_json: JSON.stringify(item.placement),
        created_at: item.now,
        stop_cause: null,
      })),
    )
    .execute()
  await db
    .insertInto('instance_observed')
    .values(
      added.map((item) => ({
        instance: item.id,
        status: 'starting',
        health: 'unknown',
        started_at: null,
        ended_at: null,
        exit_code: null,
        message: '',
        status_since: item.now,
        cleaned: 0,
      })),
    )
    .execute()
}

/** Makes instances unwanted; says why. Those that are unwanted already keep their first cause. */
export async function unwantInstances(db: Db, ids: readonly string[], cause: string): Promise<void> {
  for (let start = 0; start < ids.length; start += 500)
    await db
      .updateTable('instances')
      .set({ wanted: 'stopped', stop_cause: cause })
      .where('id', 'in', ids.slice(start, start + 500))
      .where('wanted', '=', 'running')
      .execute()
}

type ObservedColumns = Partial<Omit<Selectable<Tables['instance_observed']>, 'instance'>>

export async function updateInstanceObserved(db: Db, id: string, columns: ObservedColumns): Promise<void> {
  await db.updateTable('instance_observed').set(columns).where('instance', '=', id).execute()
}

export async function countInstances(db: Db, status: InstanceStatus): Promise<number> {
  const { count } = await db
    .selectFrom('instance_observed')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('status', '=', status)
    .executeTakeFirstOrThrow()
  return count
}

/** Forgets instances that ended, are cleaned up and are older than `before`. Returns how many. */
export async function forgetEnded(db: Db, before: number): Promise<number> {
  const result = await db
    .deleteFrom('instances')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('instance_observed')
        .select('instance')
        .where('cleaned', '=', 1)
        .where('status', 'in', ENDED)
        .where('status_since', '<', before)
        .limit(1000),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Times that lie ahead of the clock become `now`: it was set back, and nobody is to wait until it has caught up. */
export async function pullBackInstanceTimes(db: Db, now: number): Promise<void> {
  await db.updateTable('instance_observed').set({ status_since: now }).where('status_since', '>', now).execute()
}
