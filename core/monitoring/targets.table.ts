import { sql, type Kysely } from 'kysely'
import type { BoundPort } from '../contract/index.ts'
import type { Tables } from '../store/index.ts'
import type { TargetInstance } from './collector.ts'

export interface RunningInstance extends TargetInstance {
  host: string
}

/** Every running instance, and where its own metrics are. Reads no more than that: it is asked for every few seconds. */
export async function loadRunning(db: Kysely<Tables>): Promise<RunningInstance[]> {
  const rows = await db
    .selectFrom('instances')
    .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
    .select(['instances.id', 'instances.app', 'instances.revision', 'instances.host', 'instances.ports_json'])
    .where('seen.status', '=', 'running')
    .orderBy('instances.id')
    .execute()
  const offered = await loadOffered(db)
  return rows.map(({ id, app, revision, host, ports_json }) => {
    const metrics = offered.get(`${app} ${revision}`)
    const bound = metrics && (JSON.parse(ports_json) as BoundPort[]).find(({ name }) => name === metrics.port)
    return { id, app, host, ...(bound ? { metrics: { port: bound.hostPort, path: metrics.path } } : {}) }
  })
}

/** Where the instances of a revision offer their own metrics, by app and revision; of revisions that have instances. */
async function loadOffered(db: Kysely<Tables>): Promise<Map<string, { port: string; path: string }>> {
  const rows = await db
    .selectFrom('revisions')
    .select(['app', 'revision'])
    .select([sql<string>`spec_json ->> '$.metrics.port'`.as('port'), sql<string>`spec_json ->> '$.metrics.path'`.as('path')])
    .where(sql<boolean>`(app, revision) in (select distinct app, revision from instances)`)
    .where(sql<boolean>`spec_json ->> '$.metrics.port' is not null`)
    .execute()
  return new Map(rows.map(({ app, revision, ...metrics }) => [`${app} ${revision}`, metrics]))
}

/** How many hosts or instances have each status. */
export async function countByStatus(db: Kysely<Tables>, table: 'host_observed' | 'instance_observed'): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom(table)
    .select((eb) => ['status', eb.fn.countAll<number>().as('count')])
    .groupBy('status')
    .execute()
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}
