import { loadApps } from '../apps/index.ts'
import type { Clock } from '../base/clock.ts'
import type { Attention, Concern, ConcernKind } from '../contract/index.ts'
import { loadHostFigures } from '../hosts/index.ts'
import type { Store } from '../store/index.ts'
import { appsOfCentre, closedSince, lastFailures } from './attention.table.ts'
import { concernsOf, countKinds } from './concerns.ts'

export interface AttentionQuery {
  kind?: ConcernKind | undefined
  /** "" = hosts without a centre. */
  centre?: string | undefined
  limit: number
}

/** What is wrong now, the worst first, with the reason of each that is returned. */
export async function attention({ store: { db }, clock }: { store: Store; clock: Clock }, query: AttentionQuery): Promise<Attention> {
  const hosts = await loadHostFigures(db)
  const apps = (await loadApps(db)).map(({ app }) => app)
  const closed = hosts.filter(({ scheduling }) => scheduling !== 'open').map(({ name }) => name)
  const now = clock.now()
  const { centre, kind, limit } = query
  const local = centre === undefined ? undefined : await appsOfCentre(db, centre)
  const isHere = (concern: Concern) =>
    local === undefined || ('app' in concern ? local.has(concern.app.name) : (concern.host.centre ?? '') === centre)
  const here = concernsOf({ hosts, apps, closedSince: await closedSince(db, closed) }, now).filter(isHere)
  const asked = kind === undefined ? here : here.filter((concern) => concern.kind === kind)
  const items = asked.slice(0, limit)
  // Of an app that no host refused, the last failure says more than the reconciler, which only tells that it waits.
  const failing = items.flatMap((concern) => ('app' in concern && concern.app.waiting === 0 ? [concern.app.name] : []))
  const said = await lastFailures(db, failing)
  const withReason = (concern: Concern): Concern =>
    'app' in concern ? { ...concern, reason: said.get(concern.app.name) ?? concern.reason } : concern
  return {
    now,
    total: asked.length,
    counts: countKinds(here),
    items: items.map(withReason),
  }
}
