import { sql, type Kysely } from 'kysely'
import type { Tables } from '../store/index.ts'

type Db = Kysely<Tables>

/** Since when hosts take no new instances, by the last event that said so, else since they were added. */
export async function closedSince(db: Db, hosts: readonly string[]): Promise<Map<string, number>> {
  if (hosts.length === 0) return new Map()
  const { rows } = await sql<{ name: string; since: number }>`
    SELECT hosts.name, coalesce(
      (SELECT at FROM events WHERE events.host = hosts.name AND kind IN ('host.cordoned', 'host.drain-started') ORDER BY seq DESC LIMIT 1),
      hosts.created_at) AS since
    FROM hosts WHERE hosts.name IN (SELECT value FROM json_each(${JSON.stringify(hosts)}))`.execute(db)
  return new Map(rows.map(({ name, since }) => [name, since]))
}

/** What the last failed instance of each of these apps said. */
export async function lastFailures(db: Db, apps: readonly string[]): Promise<Map<string, string>> {
  if (apps.length === 0) return new Map()
  // With max(), SQLite takes the other columns from the row that has the maximum.
  const { rows } = await sql<{ app: string; message: string }>`
    SELECT instances.app, seen.message, max(seen.ended_at)
    FROM instances JOIN instance_observed AS seen ON seen.instance = instances.id
    WHERE seen.status = 'failed' AND instances.app IN (SELECT value FROM json_each(${JSON.stringify(apps)}))
    GROUP BY instances.app`.execute(db)
  return new Map(rows.map(({ app, message }) => [app, message]))
}

/** Apps that have instances on hosts of a centre, and apps that have none anywhere: those could be meant for it, if it has hosts. */
export async function appsOfCentre(db: Db, centre: string): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    WITH present AS (
      SELECT instances.app, hosts.centre FROM instances
      JOIN instance_observed AS seen ON seen.instance = instances.id
      LEFT JOIN hosts ON hosts.name = instances.host
      WHERE seen.status NOT IN ('stopped', 'failed'))
    SELECT name FROM apps
    WHERE name IN (SELECT app FROM present WHERE coalesce(centre, '') = ${centre})
      OR (name NOT IN (SELECT app FROM present) AND EXISTS (SELECT 1 FROM hosts WHERE coalesce(centre, '') = ${centre}))`.execute(db)
  return new Set(rows.map(({ name }) => name))
}
