import { sql, type Expression, type Kysely, type SqlBool } from 'kysely'
import type { Host, HostFacets, HostFilter, ListQuery } from '../contract/index.ts'
import type { Tables } from '../store/index.ts'
import { loadHosts, occupied } from './hosts.table.ts'

type Db = Kysely<Tables>
export type HostSearch = HostFilter & Pick<ListQuery, 'q'>
export type HostOrder = Pick<ListQuery, 'sort'>
type Choice = keyof HostSearch

const SORTABLE = {
  name: 'hosts.name',
  engine: 'hosts.engine',
  centre: 'hosts.centre',
  room: 'hosts.room',
  rack: 'hosts.rack',
  domain: 'hosts.domain',
  scheduling: 'hosts.scheduling',
  status: 'host_observed.status',
  statusSince: 'host_observed.status_since',
  engineVersion: 'host_observed.engine_version',
  os: 'host_observed.os',
  lastSeenAt: 'host_observed.last_seen_at',
  createdAt: 'hosts.created_at',
  instances: 'use.instances',
  reservedCpu: 'use.cpu_millis',
  reservedMemory: 'use.memory_bytes',
  reservedDisk: 'use.disk_bytes',
} as const

/** Columns of the filter that hold one value each; a place that is empty in the filter is null in the table. */
const COLUMNS = {
  status: 'host_observed.status',
  scheduling: 'hosts.scheduling',
  engine: 'hosts.engine',
  centre: 'hosts.centre',
  room: 'hosts.room',
  rack: 'hosts.rack',
  domain: 'hosts.domain',
} as const
const SEARCHED = ['hosts.name', 'hosts.centre', 'hosts.room', 'hosts.rack', 'hosts.domain', 'hosts.labels_json', 'hosts.connection_json']
const MOST_LABELS = 500

/** The conditions of a filter, without those of one choice. */
function conditions(search: HostSearch, without?: Choice): Expression<SqlBool>[] {
  const chosen: Expression<SqlBool>[] = []
  for (const [choice, column] of Object.entries(COLUMNS) as [keyof typeof COLUMNS, string][]) {
    const value = search[choice]
    if (value === undefined || choice === without) continue
    chosen.push(value === '' ? sql<SqlBool>`${sql.ref(column)} is null` : sql<SqlBool>`${sql.ref(column)} = ${value}`)
  }
  if (search.label !== undefined && without !== 'label') chosen.push(...search.label.split(',').filter(Boolean).map(hasLabel))
  if (search.q) chosen.push(contains(search.q))
  return chosen
}

function hasLabel(term: string): Expression<SqlBool> {
  const at = term.indexOf('=')
  const key = (at < 0 ? term : term.slice(0, at)).trim()
  const isValue = at < 0 ? sql`` : sql` and label.value = ${term.slice(at + 1).trim()}`
  return sql<SqlBool>`exists (select 1 from json_each(hosts.labels_json) as label where label.key = ${key}${isValue})`
}

function contains(text: string): Expression<SqlBool> {
  const like = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`
  const columns = SEARCHED.map((column) => sql`${sql.ref(column)} like ${like} escape '\\'`)
  return sql<SqlBool>`(${sql.join(columns, sql` or `)})`
}

function matching(db: Db, search: HostSearch, without?: Choice) {
  const all = db.selectFrom('hosts').innerJoin('host_observed', 'host_observed.host', 'hosts.name')
  return conditions(search, without).reduce((select, condition) => select.where(condition), all)
}

/** What instances take is added up for the hosts of one page only, unless it decides which those are. */
function inOrder(db: Db, search: HostSearch & HostOrder) {
  const sort = search.sort ?? ''
  const column = new Map<string, (typeof SORTABLE)[keyof typeof SORTABLE]>(Object.entries(SORTABLE)).get(sort.replace(/^-/, ''))
  return matching(db, search)
    .leftJoin(occupied(db, column?.startsWith('use.') ? undefined : []), (join) => join.onRef('use.host', '=', 'hosts.name'))
    .select('hosts.name')
    .orderBy(column ?? SORTABLE.name, sort.startsWith('-') ? 'desc' : 'asc')
    .orderBy('hosts.name')
}

async function countHosts(db: Db, search: HostSearch): Promise<number> {
  const counted = await matching(db, search)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return counted.total
}

/** One slice of the hosts that match, and how many there are. */
export async function listHosts(db: Db, query: HostSearch & ListQuery): Promise<{ items: Host[]; total: number }> {
  const total = await countHosts(db, query)
  const page = (await inOrder(db, query).limit(query.limit).offset(query.offset).execute()).map(({ name }) => name)
  const byName = new Map((await loadHosts(db, page)).map((host) => [host.name, host]))
  return { items: page.flatMap((name) => byName.get(name) ?? []), total }
}

export async function matchingNames(db: Db, query: HostSearch & HostOrder): Promise<string[]> {
  return (await inOrder(db, query).execute()).map(({ name }) => name)
}

/** How many of the hosts that match there are by each choice; a choice does not narrow its own counts. */
export async function hostFacets(db: Db, search: HostSearch): Promise<HostFacets> {
  const by = (choice: keyof typeof COLUMNS) =>
    matching(db, search, choice)
      .select((eb) => [sql<string>`coalesce(${sql.ref(COLUMNS[choice])}, '')`.as('value'), eb.fn.countAll<number>().as('hosts')])
      .groupBy('value')
      .orderBy('value')
      .execute()
  return {
    total: await countHosts(db, {}),
    matching: await countHosts(db, search),
    status: await by('status'),
    scheduling: await by('scheduling'),
    engine: await by('engine'),
    centre: await by('centre'),
    room: await by('room'),
    rack: await by('rack'),
    domain: await by('domain'),
    label: await labelsOf(db, search),
  }
}

async function labelsOf(db: Db, search: HostSearch): Promise<HostFacets['label']> {
  return matching(db, search, 'label')
    .innerJoin(sql<{ key: string; value: string }>`json_each(hosts.labels_json)`.as('label'), (join) => join.onTrue())
    .select((eb) => [sql<string>`label.key || '=' || label.value`.as('value'), eb.fn.countAll<number>().as('hosts')])
    .groupBy(['label.key', 'label.value'])
    .orderBy('hosts', 'desc')
    .orderBy('value')
    .limit(MOST_LABELS)
    .execute()
}
