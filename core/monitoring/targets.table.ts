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
    .innerJoin('revisions', (join) =>
      join.onRef('revisions.app', '=', 'instances.app').onRef('revisions.revision', '=', 'instances.revision'),
    )
    .select(['instances.id', 'instances.app', 'instances.host', 'instances.ports_json'])
    .select([
      sql<string | null>`revisions.spec_json ->> '$.metrics.port'`.as('port'),
      sql<string | null>`revisions.spec_json ->> '$.metrics.path'`.as('path'),
    ])
    .where('seen.status', '=', 'running')
    .orderBy('instances.id')
    .execute()
  return rows.map(({ id, app, host, ports_json, port, path }) => {
    const bound = port === null ? undefined : (JSON.parse(ports_json) as BoundPort[]).find(({ name }) => name === port)
    return { id, app, host, ...(bound && path !== null ? { metrics: { port: bound.hostPort, path } } : {}) }
  })
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
