import { findApp, loadInstances } from '../apps/index.ts'
import { notFound } from '../base/app-error.ts'
import type { AppSpec, Explanation } from '../contract/index.ts'
import { explain, summarise, warnings } from '../scheduler/index.ts'
import type { Store } from '../store/index.ts'
import { requestFor } from './request.ts'
import { loadSnapshot } from './snapshot.ts'

/** Why each instance of an app is where it is, and every host against every rule for one more. Changes nothing. */
export async function explainApp(store: Store, name: string): Promise<Explanation> {
  const record = await findApp(store.db, name)
  if (!record) throw notFound('app', name)
  const request = requestFor(record.spec, 1, { failures: record.failures.byHost })
  const hosts = explain(await loadSnapshot(store.db), request)
  const running = await loadInstances(store.db, { app: name, ended: false })
  return {
    app: name,
    wanted: record.app.wanted,
    waiting: record.app.waiting,
    ...summarise(hosts),
    hosts,
    instances: running.map(({ instance, placement }) => ({ id: instance.id, host: instance.host, placement })),
  }
}

/** What can never work about a specification on the present hosts, in sentences. */
export async function specWarnings(store: Store, spec: AppSpec): Promise<string[]> {
  return warnings({ ...requestFor(spec, spec.instances), update: spec.update }, await loadSnapshot(store.db))
}
