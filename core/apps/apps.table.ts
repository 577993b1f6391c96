import { sql, type Kysely, type Selectable } from 'kysely'
import type { App, AppListQuery, AppSpec, Revision } from '../contract/index.ts'
import type { Tables } from '../store/index.ts'
import { appHealth, appStatus } from './app-status.ts'
import { backoffUntil } from './backoff.ts'
import { storedSpec } from './stored-spec.ts'

type Db = Kysely<Tables>

const SORTABLE = {
  name: 'apps.name',
  state: 'apps.state',
  wanted: 'apps.instances',
  revision: 'apps.revision',
  running: 'counts.running',
  waiting: 'app_status.waiting',
  createdAt: 'apps.created_at',
  updatedAt: 'apps.updated_at',
} as const

/** How many instances each app has, by what they do; of these apps only, where they are given. */
function counted(db: Db, names?: readonly string[]) {
  const present = db
    .selectFrom('instances')
    .innerJoin('instance_observed as seen', 'seen.instance', 'instances.id')
    .innerJoin('apps as owner', 'owner.name', 'instances.app')
    .where('seen.status', 'not in', ['stopped', 'failed'])
  return (names ? present.where('instances.app', 'in', names) : present)
    .groupBy('instances.app')
    .select([
      'instances.app',
      sql<number>`sum(seen.status <> 'unreachable')`.as('present'),
      sql<number>`sum(seen.status = 'unreachable' and instances.wanted = 'running')`.as('unreachable'),
      sql<number>`sum(seen.status = 'running' and instances.wanted = 'running')`.as('running'),
      sql<number>`sum(seen.status = 'running' and instances.wanted = 'running' and seen.health = 'healthy')`.as('healthy'),
      sql<number>`sum(seen.status = 'running' and instances.wanted = 'running' and seen.health = 'unhealthy')`.as('unhealthy'),
      sql<number>`sum(seen.status = 'starting' and instances.wanted = 'running')`.as('starting'),
      sql<number>`sum(instances.wanted = 'running' and (instances.revision < owner.run_revision
        or instances.restart_generation < owner.restart_generation
        or instances.host in (select name from hosts where scheduling in ('draining', 'drained'))))`.as('outdated'),
    ])
    .as('counts')
}

function selectApps(db: Db, names?: readonly string[]) {
  const select = db
    .selectFrom('apps')
    .innerJoin('revisions', (join) => join.onRef('revisions.app', '=', 'apps.name').onRef('revisions.revision', '=', 'apps.revision'))
    .innerJoin('app_status', 'app_status.app', 'apps.name')
    .leftJoin(counted(db, names), (join) => join.onRef('counts.app', '=', 'apps.name'))
    .select([
      'apps.name',
      'apps.state',
      'apps.instances',
      'apps.revision',
      'apps.run_revision',
      'apps.generation',
      'apps.restart_generation',
    ])
    .select(['apps.created_at', 'apps.updated_at', 'revisions.spec_json'])
    .select([
      'app_status.failures',
      'app_status.revision as failed_revision',
      'app_status.last_failure_at',
      'app_status.host_failures_json',
    ])
    .select(['app_status.waiting', 'app_status.waiting_summary'])
    .select([
      'counts.present',
      'counts.unreachable',
      'counts.running',
      'counts.healthy',
      'counts.unhealthy',
      'counts.starting',
      'counts.outdated',
    ])
  return names ? select.where('apps.name', 'in', names) : select
}

type Row = Awaited<ReturnType<ReturnType<typeof selectApps>['execute']>>[number]

/** An app as it is wanted, with what the reconciler needs beyond what anyone is shown. */
export interface AppRecord {
  app: App
  spec: AppSpec
  runRevision: number
  restartGeneration: number
  /** Failures of the wanted revision, and on which hosts. */
  failures: { failures: number; lastFailureAt: number | null; byHost: Record<string, number> }
}

function toRecord(row: Row): AppRecord {
  const spec = { ...storedSpec(row.spec_json), instances: row.instances }
  const current = row.failed_revision === row.revision
  const failures = {
    failures: current ? row.failures : 0,
    lastFailureAt: current ? row.last_failure_at : null,
    byHost: current ? (JSON.parse(row.host_failures_json) as Record<string, number>) : {},
  }
  const state = row.state as App['state']
  const running = row.running ?? 0
  const counts = {
    wanted: state === 'running' ? row.instances : 0,
    running,
    healthy: spec.healthChecks.length > 0 ? (row.healthy ?? 0) : running - (row.unhealthy ?? 0),
    starting: row.starting ?? 0,
    waiting: row.waiting,
    outdated: row.outdated ?? 0,
  }
  const status = appStatus(state, {
    ...counts,
    present: row.present ?? 0,
    failures: failures.failures,
    unreachable: row.unreachable ?? 0,
  })
  const app: App = {
    name: row.name,
    description: spec.description,
    labels: spec.labels,
    state,
    revision: row.revision,
    image: spec.image ?? null,
    generation: row.generation,
    ...counts,
    status,
    health: appHealth(status),
    statusMessage: row.waiting_summary,
    backoffUntil: status === 'healthy' ? null : backoffUntil(spec.backoff, failures),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
  return { app, spec, runRevision: row.run_revision, restartGeneration: row.restart_generation, failures }
}

export async function listApps(db: Db, query: AppListQuery): Promise<{ items: App[]; total: number }> {
  const column = new Map<string, (typeof SORTABLE)[keyof typeof SORTABLE]>(Object.entries(SORTABLE)).get(
    (query.sort ?? '').replace(/^-/, ''),
  )
  // Instances are counted for the apps of one page only, unless their number decides which those are.
  let select = db
    .selectFrom('apps')
    .innerJoin('revisions', (join) => join.onRef('revisions.app', '=', 'apps.name').onRef('revisions.revision', '=', 'apps.revision'))
    .innerJoin('app_status', 'app_status.app', 'apps.name')
    .leftJoin(counted(db, column === SORTABLE.running ? undefined : []), (join) => join.onRef('counts.app', '=', 'apps.name'))
    .select('apps.name')
  if (query.q) {
    const like = `%${query.q.replaceAll(/[\\%_]/g, '\\$&')}%`
    select = select.where(sql<boolean>`(apps.name like ${like} escape '\\' or revisions.spec_json like ${like} escape '\\')`)
  }
  if (query.names !== undefined) select = select.where('apps.name', 'in', query.names.split(','))
  const ordered = select.orderBy(column ?? SORTABLE.name, query.sort?.startsWith('-') ? 'desc' : 'asc').orderBy('apps.name')
  if (query.status !== undefined) return byStatus(db, query, names(await ordered.execute()))
  const { total } = await db
    .selectFrom(select.as('found'))
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const page = names(await ordered.limit(query.limit).offset(query.offset).execute())
  return { items: await inOrder(db, page), total }
}

/** What an app does is worked out from its instances, so those of one status are found among all that match. */
async function byStatus(
  db: Db,
  { status, offset, limit }: AppListQuery,
  matching: readonly string[],
): Promise<{ items: App[]; total: number }> {
  const byName = new Map((await loadApps(db)).map(({ app }) => [app.name, app]))
  const found = matching.flatMap((name) => byName.get(name) ?? []).filter((app) => app.status === status)
  return { items: found.slice(offset, offset + limit), total: found.length }
}

async function inOrder(db: Db, page: readonly string[]): Promise<App[]> {
  const byName = new Map((await selectApps(db, page).execute()).map((row) => [row.name, toRecord(row).app]))
  return page.flatMap((name) => byName.get(name) ?? [])
}

function names(rows: readonly { name: string }[]): string[] {
  return rows.map(({ name }) => name)
}

export async function loadApps(db: Db): Promise<AppRecord[]> {
  return (await selectApps(db).orderBy('apps.name').execute()).map(toRecord)
}

export async function findApp(db: Db, name: string): Promise<AppRecord | undefined> {
  const row = await selectApps(db, [name]).executeTakeFirst()
  return row && toRecord(row)
}

/** What is run of an app now, without how it does: the wanted specification and the oldest revision that may stay. */
export async function findWanted(db: Db, name: string): Promise<Pick<AppRecord, 'spec' | 'runRevision'> | undefined> {
  const row = await db
    .selectFrom('apps')
    .innerJoin('revisions', (join) => join.onRef('revisions.app', '=', 'apps.name').onRef('revisions.revision', '=', 'apps.revision'))
    .select(['apps.run_revision', 'revisions.spec_json'])
    .where('apps.name', '=', name)
    .executeTakeFirst()
  return row && { spec: storedSpec(row.spec_json), runRevision: row.run_revision }
}

/** State and generation of an app, to see whether it was changed meanwhile. */
export async function findAppState(db: Db, name: string): Promise<{ state: App['state']; generation: number } | undefined> {
  const row = await db.selectFrom('apps').select(['state', 'generation']).where('name', '=', name).executeTakeFirst()
  return row && { state: row.state as App['state'], generation: row.generation }
}

/** Apps of which instances wait for a place. */
export async function waitingApps(db: Db): Promise<string[]> {
  return (await db.selectFrom('app_status').select('app').where('waiting', '>', 0).orderBy('app').execute()).map((row) => row.app)
}

/** Failures that lie ahead of the clock become failures of `now`: it was set back, and no replacement is to wait until it caught up. */
export async function pullBackFailures(db: Db, now: number): Promise<void> {
  await db.updateTable('app_status').set({ last_failure_at: now }).where('last_failure_at', '>', now).execute()
}

export async function appNames(db: Db): Promise<string[]> {
  return (await db.selectFrom('apps').select('name').orderBy('name').execute()).map((row) => row.name)
}

export async function insertApp(db: Db, app: { name: string; instances: number; now: number }): Promise<void> {
  await db
    .insertInto('apps')
    .values({
      name: app.name,
      state: 'running',
      instances: app.instances,
      revision: 0,
      run_revision: 1,
      generation: 0,
      restart_generation: 0,
      created_at: app.now,
      updated_at: app.now,
    })
    .execute()
  await db
    .insertInto('app_status')
    .values({ app: app.name, revision: 0, failures: 0, last_failure_at: null, host_failures_json: '{}', waiting: 0, waiting_summary: '' })
    .execute()
}

type AppColumns = Partial<Pick<Selectable<Tables['apps']>, 'state' | 'instances' | 'revision' | 'run_revision' | 'restart_generation'>>

/** Changes what is wanted and raises the generation. */
export async function updateApp(db: Db, name: string, change: { columns: AppColumns; now: number }): Promise<void> {
  await db
    .updateTable('apps')
    .set((eb) => ({ ...change.columns, updated_at: change.now, generation: eb('generation', '+', 1) }))
    .where('name', '=', name)
    .execute()
}

export async function deleteApp(db: Db, name: string): Promise<void> {
  await db.deleteFrom('apps').where('name', '=', name).execute()
}

type StatusColumns = Partial<Omit<Selectable<Tables['app_status']>, 'app'>>

export async function updateAppStatus(db: Db, name: string, columns: StatusColumns): Promise<void> {
  await db.updateTable('app_status').set(columns).where('app', '=', name).execute()
}

export async function insertRevision(db: Db, revision: Revision): Promise<void> {
  await db
    .insertInto('revisions')
    .values({
      app: revision.app,
      revision: revision.revision,
      spec_json: JSON.stringify(revision.spec),
      created_at: revision.createdAt,
      created_by: revision.createdBy,
      note: revision.note,
    })
    .execute()
}

function toRevision(row: Selectable<Tables['revisions']>): Revision {
  return {
    app: row.app,
    revision: row.revision,
    spec: storedSpec(row.spec_json),
    createdAt: row.created_at,
    createdBy: row.created_by,
    note: row.note,
  }
}

export async function listRevisions(db: Db, app: string): Promise<Revision[]> {
  return (await db.selectFrom('revisions').selectAll().where('app', '=', app).orderBy('revision', 'desc').execute()).map(toRevision)
}

export async function findRevision(db: Db, app: string, revision: number): Promise<Revision | undefined> {
  const row = await db.selectFrom('revisions').selectAll().where('app', '=', app).where('revision', '=', revision).executeTakeFirst()
  return row && toRevision(row)
}

/** Which apps use which secret, by the secret's name. */
export async function appsBySecret(db: Db): Promise<Map<string, string[]>> {
  const uses = new Map<string, string[]>()
  for (const { app, spec } of await loadApps(db))
    for (const secret of new Set(Object.values(spec.secrets))) uses.set(secret, [...(uses.get(secret) ?? []), app.name])
  return uses
}
