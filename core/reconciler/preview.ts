import { findApp, findRevision, loadInstances, loadOpen, replacesInstances, diffSpecs, type AppRecord } from '../apps/index.ts'
import { notFound } from '../base/app-error.ts'
import type { AppSpec, DrainPreview, Host, Preview, PreviewAction } from '../contract/index.ts'
import { loadHosts } from '../hosts/index.ts'
import type { Store } from '../store/index.ts'
import { playThrough, type Outcome, type Piece } from './play-through.ts'
import { placementSeed, toKnown, toWanted } from './situation.ts'
import { loadSnapshot } from './snapshot.ts'

/** What an action on an app would start and stop, and where. Changes nothing. An app that does not exist yet can be applied. */
export async function previewApp(store: Store, name: string, { change, now }: { change: PreviewAction; now: number }): Promise<Preview> {
  const record = await findApp(store.db, name)
  if (!record && change.action !== 'apply') throw notFound('app', name)
  const spec = await specAfter(store, record, change)
  const wanted = wantedAfter(record, { change, spec })
  const hosts = await loadHosts(store.db)
  const pieces = await loadPieces(store, name, hosts)
  // What a person does starts a new generation and forgets failures.
  const seed = placementSeed(store.installation, {
    app: { name, generation: (record?.app.generation ?? 0) + 1 },
    failures: fresh(spec).failures,
  })
  return toPreview(playThrough({ snapshot: await loadSnapshot(store.db), spec, wanted, pieces, seed, now }))
}

async function specAfter(store: Store, record: AppRecord | undefined, change: PreviewAction): Promise<AppSpec> {
  if (change.action === 'apply') return change.spec
  if (!record) throw new Error('an app that does not exist was let through')
  if (change.action === 'scale') return { ...record.spec, instances: change.instances }
  if (change.action !== 'rollback') return record.spec
  const revision = await findRevision(store.db, record.app.name, change.revision)
  if (!revision) throw notFound(`revision ${change.revision} of app`, record.app.name)
  return { ...revision.spec, instances: record.spec.instances }
}

function wantedAfter(record: AppRecord | undefined, { change, spec }: { change: PreviewAction; spec: AppSpec }) {
  const after = record ? { ...record, spec } : fresh(spec)
  const replaces = record !== undefined && replacesInstances(diffSpecs(record.spec, spec))
  const wanted = toWanted({
    ...after,
    runRevision: replaces ? after.app.revision + 1 : after.runRevision,
    restartGeneration: after.restartGeneration + (change.action === 'restart' ? 1 : 0),
  })
  const stops = change.action === 'stop' || change.action === 'remove'
  const runs = change.action === 'start' || after.app.state === 'running'
  return { ...wanted, instances: stops || !runs ? 0 : spec.instances }
}

function fresh(
  spec: AppSpec,
): Pick<AppRecord, 'runRevision' | 'restartGeneration' | 'failures'> & { spec: AppSpec; app: { state: 'running'; revision: number } } {
  return {
    spec,
    app: { state: 'running', revision: 0 },
    runRevision: 1,
    restartGeneration: 0,
    failures: { failures: 0, lastFailureAt: null, byHost: {} },
  }
}

async function loadPieces(store: Store, app: string, hosts: readonly Host[]): Promise<Piece[]> {
  const byName = new Map(hosts.map((host) => [host.name, host]))
  const evictable = new Set(hosts.map(({ name }) => name))
  return (await loadOpen(store.db, app))
    .filter(({ instance }) => instance.wanted === 'running')
    .map((item) => ({ ...toKnown(item, byName.get(item.instance.host), evictable), resources: item.resources, ports: item.instance.ports }))
}

function toPreview({ started, stopped, kept, waiting, summary, leastReady }: Outcome): Preview {
  return { starts: perHost(started), stops: perHost(stopped), keeps: kept.length, waiting, summary, leastReady }
}

function perHost(pieces: readonly Piece[]): { host: string; count: number }[] {
  const groups = Map.groupBy(pieces, ({ host }) => host)
  return [...groups].map(([host, list]) => ({ host, count: list.length })).sort((a, b) => (a.host < b.host ? -1 : 1))
}

/** What draining a host would move where, app by app, each seeing the moves before it. Changes nothing. */
export async function previewDrain(store: Store, name: string, now: number): Promise<DrainPreview> {
  const hosts = (await loadHosts(store.db)).map((host) => (host.name === name ? { ...host, scheduling: 'draining' as const } : host))
  const there = await loadInstances(store.db, { host: name, ended: false })
  let snapshot = await loadSnapshot(store.db)
  snapshot = { ...snapshot, hosts: snapshot.hosts.map((host) => (host.name === name ? { ...host, scheduling: 'draining' } : host)) }
  const apps: DrainPreview['apps'] = []
  for (const app of [...new Set(there.map(({ instance }) => instance.app))].sort()) {
    const record = await findApp(store.db, app)
    if (!record) continue
    const pieces = await loadPieces(store, app, hosts)
    const outcome = playThrough({
      snapshot,
      spec: record.spec,
      wanted: toWanted(record),
      pieces,
      seed: placementSeed(store.installation, record),
      now,
    })
    const stuck = outcome.kept.filter(({ host }) => host === name).length
    apps.push({ app, moves: perHost(outcome.started), stuck, summary: stuck > 0 ? outcome.summary : '' })
    snapshot = { ...snapshot, hosts: outcome.hosts }
  }
  return { instances: there.length, apps }
}
