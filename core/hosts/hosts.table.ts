import { randomInt } from 'node:crypto'
import { sql, type Kysely, type Selectable } from 'kysely'
import type { Host, HostInput, HostPatch, HostStatus, Resources } from '../contract/index.ts'
import type { Tables } from '../store/index.ts'
import { summariseConnection } from './connection.ts'

type Db = Kysely<Tables>

/** What the instances on each host take, ended ones aside; of these hosts only, where they are given. */
export function occupied(db: Db, names?: readonly string[]) {
  const instances = db.selectFrom('instances')
  const ended = ['stopped', 'failed']
  // For a few hosts it is quicker to look each instance up, for all of them to leave out what has ended.
  const present = names
    ? instances
        .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
        .where('seen.status', 'not in', ended)
        .where('instances.host', 'in', names)
    : instances.where('instances.id', 'not in', (eb) =>
        eb.selectFrom('instance_observed').select('instance_observed.instance').where('instance_observed.status', 'in', ended),
      )
  return present
    .groupBy('instances.host')
    .select((fn) => [
      'instances.host',
      fn.fn.countAll<number>().as('instances'),
      fn.fn.sum<number>('instances.cpu_millis').as('cpu_millis'),
      fn.fn.sum<number>('instances.memory_bytes').as('memory_bytes'),
      fn.fn.sum<number>('instances.disk_bytes').as('disk_bytes'),
    ])
    .as('use')
}

function selectHosts(db: Db, names?: readonly string[]) {
  const select = db
    .selectFrom('hosts')
    .innerJoin('host_observed', 'host_observed.host', 'hosts.name')
    .leftJoin(occupied(db, names), (join) => join.onRef('use.host', '=', 'hosts.name'))
    .selectAll(['hosts', 'host_observed'])
    .select(['use.instances', 'use.cpu_millis as used_cpu', 'use.memory_bytes as used_memory', 'use.disk_bytes as used_disk'])
  return names ? select.where('hosts.name', 'in', names) : select
}

type Row = Awaited<ReturnType<ReturnType<typeof selectHosts>['execute']>>[number]

function toHost(row: Row): Host {
  return {
    name: row.name,
    engine: row.engine as Host['engine'],
    connection: summariseConnection(JSON.parse(row.connection_json), row.host_key),
    labels: JSON.parse(row.labels_json) as Record<string, string>,
    centre: row.centre,
    room: row.room,
    rack: row.rack,
    domain: row.domain,
    systemReserve: JSON.parse(row.reserve_json) as Resources,
    scheduling: row.scheduling as Host['scheduling'],
    createdAt: row.created_at,
    status: row.status as HostStatus,
    statusSince: row.status_since,
    statusMessage: row.status_message,
    engineVersion: row.engine_version,
    os: row.os,
    capacity: { cpuMillis: row.cpu_millis, memoryBytes: row.memory_bytes, diskBytes: row.disk_bytes },
    reserved: { cpuMillis: row.used_cpu ?? 0, memoryBytes: row.used_memory ?? 0, diskBytes: row.used_disk ?? 0 },
    used: null,
    instances: row.instances ?? 0,
    lastSeenAt: row.last_seen_at,
    offeredHostKey: row.offered_host_key,
  }
}

function names(rows: readonly { name: string }[]): string[] {
  return rows.map(({ name }) => name)
}

/** Every host, or those with these names, for the scheduler and the overview. */
export async function loadHosts(db: Db, names?: readonly string[]): Promise<Host[]> {
  return (await selectHosts(db, names).orderBy('hosts.name').execute()).map(toHost)
}

/** A host in numbers: enough to count and to say what is wrong. */
export type HostFigures = Pick<
  Host,
  'name' | 'centre' | 'room' | 'rack' | 'scheduling' | 'status' | 'statusSince' | 'statusMessage' | 'capacity' | 'reserved' | 'instances'
>

/** The numbers of every host, for what looks at the whole pool. */
export async function loadHostFigures(db: Db): Promise<HostFigures[]> {
  const rows = await db
    .selectFrom('hosts')
    .innerJoin('host_observed as seen', 'seen.host', 'hosts.name')
    .leftJoin(occupied(db), (join) => join.onRef('use.host', '=', 'hosts.name'))
    .select(['hosts.name', 'hosts.centre', 'hosts.room', 'hosts.rack', 'hosts.scheduling'])
    .select(['seen.status', 'seen.status_since', 'seen.status_message', 'seen.cpu_millis', 'seen.memory_bytes', 'seen.disk_bytes'])
    .select(['use.instances', 'use.cpu_millis as used_cpu', 'use.memory_bytes as used_memory', 'use.disk_bytes as used_disk'])
    .orderBy('hosts.name')
    .execute()
  return rows.map((row) => ({
    name: row.name,
    centre: row.centre,
    room: row.room,
    rack: row.rack,
    scheduling: row.scheduling as Host['scheduling'],
    status: row.status as HostStatus,
    statusSince: row.status_since,
    statusMessage: row.status_message,
    capacity: { cpuMillis: row.cpu_millis, memoryBytes: row.memory_bytes, diskBytes: row.disk_bytes },
    reserved: { cpuMillis: row.used_cpu ?? 0, memoryBytes: row.used_memory ?? 0, diskBytes: row.used_disk ?? 0 },
    instances: row.instances ?? 0,
  }))
}

export async function findHost(db: Db, name: string): Promise<Host | undefined> {
  const row = await selectHosts(db, [name]).executeTakeFirst()
  return row && toHost(row)
}

export async function hostExists(db: Db, name: string): Promise<boolean> {
  return (await db.selectFrom('hosts').select('name').where('name', '=', name).executeTakeFirst()) !== undefined
}

export type HostState = Pick<Host, 'name' | 'centre' | 'scheduling' | 'status' | 'statusSince'>

/** How every host is, or those with these names, without what their instances take. */
export async function loadHostStates(db: Db, names?: readonly string[]): Promise<HostState[]> {
  const select = db
    .selectFrom('hosts')
    .innerJoin('host_observed as seen', 'seen.host', 'hosts.name')
    .select(['hosts.name', 'hosts.centre', 'hosts.scheduling', 'seen.status', 'seen.status_since'])
  const rows = await (names ? select.where('hosts.name', 'in', names) : select).orderBy('hosts.name').execute()
  return rows.map(({ name, centre, scheduling, status, status_since: statusSince }) => ({
    ...{ name, centre, statusSince },
    scheduling: scheduling as Host['scheduling'],
    status: status as HostStatus,
  }))
}

export interface StoredConnection {
  name: string
  open: unknown
  sealed: Uint8Array | null
  hostKey: string | null
  generation: number
}

export async function findConnection(db: Db, name: string): Promise<StoredConnection | undefined> {
  const row = await db
    .selectFrom('hosts')
    .select(['name', 'connection_json', 'sealed', 'host_key', 'generation'])
    .where('name', '=', name)
    .executeTakeFirst()
  return (
    row && { name: row.name, open: JSON.parse(row.connection_json), sealed: row.sealed, hostKey: row.host_key, generation: row.generation }
  )
}

export async function hostNames(db: Db): Promise<string[]> {
  return names(await db.selectFrom('hosts').select('name').orderBy('name').execute())
}

interface NewHost {
  input: HostInput
  engine: string
  open: unknown
  sealed: Uint8Array | null
  hostKey: string | null
  now: number
}

export async function insertHost(db: Db, host: NewHost): Promise<void> {
  const { input } = host
  await db
    .insertInto('hosts')
    .values({
      name: input.name,
      engine: host.engine,
      connection_json: JSON.stringify(host.open),
      sealed: host.sealed,
      labels_json: JSON.stringify(input.labels),
      centre: input.centre,
      room: input.room,
      rack: input.rack,
      domain: input.domain,
      reserve_json: JSON.stringify(input.systemReserve),
      scheduling: 'open',
      host_key: host.hostKey,
      // Not 1: a host that is removed and added again under the same name must not pass for the one that was there.
      generation: randomInt(1, 2 ** 32),
      created_at: host.now,
    })
    .execute()
  await db
    .insertInto('host_observed')
    .values({
      host: input.name,
      status: 'connecting',
      status_since: host.now,
      status_message: '',
      engine_version: '',
      os: '',
      cpu_millis: 0,
      memory_bytes: 0,
      disk_bytes: 0,
      last_seen_at: null,
      offered_host_key: null,
    })
    .execute()
}

export async function updatePlace(db: Db, name: string, patch: HostPatch): Promise<void> {
  const columns = Object.fromEntries(
    Object.entries({
      labels_json: patch.labels && JSON.stringify(patch.labels),
      reserve_json: patch.systemReserve && JSON.stringify(patch.systemReserve),
      centre: patch.centre,
      room: patch.room,
      rack: patch.rack,
      domain: patch.domain,
    }).filter(([, value]) => value !== undefined),
  )
  if (Object.keys(columns).length > 0) await db.updateTable('hosts').set(columns).where('name', '=', name).execute()
}

type HostColumns = Partial<Pick<Selectable<Tables['hosts']>, 'engine' | 'connection_json' | 'sealed' | 'host_key' | 'scheduling'>>

/** Sets columns; a change of the connection or key also raises the generation, which makes the host reconnect. */
export async function updateHost(db: Db, name: string, columns: HostColumns): Promise<void> {
  const reconnect = 'connection_json' in columns || 'host_key' in columns
  await db
    .updateTable('hosts')
    .set((eb) => ({ ...columns, ...(reconnect ? { generation: eb('generation', '+', 1) } : {}) }))
    .where('name', '=', name)
    .execute()
}

/** Records the pinned key without a reconnect: it was just seen on the open connection. */
export async function pinHostKey(db: Db, name: string, hostKey: string): Promise<void> {
  await db.updateTable('hosts').set({ host_key: hostKey }).where('name', '=', name).execute()
}

export async function updateObserved(
  db: Db,
  name: string,
  columns: Partial<Omit<Selectable<Tables['host_observed']>, 'host'>>,
): Promise<void> {
  await db.updateTable('host_observed').set(columns).where('host', '=', name).execute()
}

/** When hosts last answered, ms since the epoch; one statement for all of them. */
export async function noteSeen(db: Db, seen: ReadonlyMap<string, number>): Promise<void> {
  const times = JSON.stringify(Object.fromEntries(seen))
  await sql`update host_observed set last_seen_at = seen.value from json_each(${times}) as seen where host_observed.host = seen.key`.execute(
    db,
  )
}

export async function deleteHost(db: Db, name: string): Promise<void> {
  await db.deleteFrom('hosts').where('name', '=', name).execute()
}

/** Times that lie ahead of the clock become `now`: it was set back, and nobody is to wait until it has caught up. */
export async function pullBackHostTimes(db: Db, now: number): Promise<void> {
  await db.updateTable('host_observed').set({ status_since: now }).where('status_since', '>', now).execute()
}
