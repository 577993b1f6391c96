import { AppError, notFound, unprocessable } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { App, AppListQuery, AppSpec, ApplyResult, EventKind, Instance, ListQuery, Placement, Revision } from '../contract/index.ts'
import { KeptAnswers, type Store, type Tx } from '../store/index.ts'
import type { z } from 'zod'
import * as table from './apps.table.ts'
import * as instances from './instances.table.ts'
import { diffSpecs, replacesInstances } from './spec-diff.ts'

/** What apps ask of other domains. */
export interface AppEnvironment {
  /** Called after a committed change of what is wanted, so that the reconciler looks at the app. */
  changed(app: string): void
  /** Names among `names` for which there is no secret. */
  missingSecrets(names: readonly string[]): Promise<string[]>
  hasArtifact(digest: string): Promise<boolean>
  /** Sentences about a specification that can never be placed, or whose changes could never finish. */
  warnings(spec: AppSpec): Promise<string[]>
}

interface Dependencies {
  store: Store
  clock: Clock
  environment: AppEnvironment
}

type Result = z.output<typeof ApplyResult>

interface Guard {
  name: string
  generation?: number | undefined
}

/** Specifications, revisions and what is wanted of each app. Nothing here touches a host: the reconciler does, later. */
export class Apps {
  readonly #deps: Dependencies
  readonly #answers: KeptAnswers

  constructor(deps: Dependencies) {
    this.#deps = deps
    this.#answers = new KeptAnswers(deps.store)
  }

  list(query: AppListQuery): Promise<{ items: App[]; total: number }> {
    return this.#answers.get(`apps ${JSON.stringify(query)}`, () => table.listApps(this.#deps.store.db, query))
  }

  async record(name: string): Promise<table.AppRecord> {
    const record = await this.#answers.get(`app ${name}`, () => table.findApp(this.#deps.store.db, name))
    if (!record) throw notFound('app', name)
    return record
  }

  async get(name: string): Promise<App & { spec: AppSpec }> {
    const { app, spec } = await this.record(name)
    return { ...app, spec }
  }

  async revisions(name: string): Promise<{ items: Revision[] }> {
    await this.record(name)
    return { items: await table.listRevisions(this.#deps.store.db, name) }
  }

  listInstances(query: ListQuery & instances.InstanceFilter): Promise<{ items: Instance[]; total: number }> {
    return this.#answers.get(`instances ${JSON.stringify(query)}`, () => instances.listInstances(this.#deps.store.db, query))
  }

  async instance(id: string): Promise<Instance & { placement: Placement | null }> {
    const record = await instances.findInstance(this.#deps.store.db, id)
    if (!record) throw notFound('instance', id)
    return { ...record.instance, placement: record.placement }
  }

  /**
   * Makes `spec` what is wanted, as a new revision when it differs. With `dryRun` it only says what would change. Applying what
   * is wanted already changes nothing.
   */
  async apply(request: Guard & { spec: AppSpec; dryRun: boolean; note: string }, actor: string): Promise<Result> {
    const { name, spec } = request
    if (spec.name !== name)
      throw unprocessable([{ field: 'spec.name', message: `says "${spec.name}" where the address says "${name}"; make them the same` }])
    await this.#checkReferences(spec)
    const warnings = await this.#deps.environment.warnings(spec)
    const known = await table.findApp(this.#deps.store.db, name)
    if (request.dryRun) return { ...this.#compare(known, spec), app: known?.app ?? null, warnings }
    const result = await this.#deps.store.write(async (tx) => {
      const current = await table.findApp(tx.db, name)
      if (current) refuseStale(current, request)
      const compared = this.#compare(current, spec)
      if (compared.outcome !== 'unchanged') await this.#store(tx, { spec, current, compared }, { actor, note: request.note })
      return compared
    })
    if (result.outcome !== 'unchanged') this.#deps.environment.changed(name)
    return { ...result, app: await this.get(name), warnings }
  }

  #compare(current: table.AppRecord | undefined, spec: AppSpec): Omit<Result, 'app' | 'warnings'> {
    const changes = diffSpecs(current?.spec ?? null, spec)
    if (!current) return { outcome: 'created', changes, replaces: 0 }
    if (changes.length === 0) return { outcome: 'unchanged', changes, replaces: 0 }
    return { outcome: 'changed', changes, replaces: replacesInstances(changes) ? current.app.running + current.app.starting : 0 }
  }

  async #store(
    tx: Tx,
    change: { spec: AppSpec; current: table.AppRecord | undefined; compared: Pick<Result, 'changes'> },
    by: { actor: string; note: string; rollbackTo?: number },
  ): Promise<void> {
    const now = this.#deps.clock.now()
    const { spec, current } = change
    if (!current) await table.insertApp(tx.db, { name: spec.name, instances: spec.instances, now })
    const revision = (current?.app.revision ?? 0) + 1
    await table.insertRevision(tx.db, { app: spec.name, revision, spec, createdAt: now, createdBy: by.actor, note: by.note })
    const replaces = replacesInstances(change.compared.changes)
    const columns = { revision, instances: spec.instances, ...(replaces && current ? { run_revision: revision } : {}) }
    await table.updateApp(tx.db, spec.name, { columns, now })
    await table.updateAppStatus(tx.db, spec.name, { waiting: 0, waiting_summary: '' })
    const kind: EventKind = by.rollbackTo !== undefined ? 'app.rolled-back' : current ? 'app.changed' : 'app.created'
    const paths = change.compared.changes.map((entry) => entry.path)
    const data = { revision, paths, note: by.note, ...(by.rollbackTo === undefined ? {} : { to: by.rollbackTo }) }
    tx.emit({ kind, actor: by.actor, app: spec.name, data })
  }

  async #checkReferences(spec: AppSpec): Promise<void> {
    const missing = await this.#deps.environment.missingSecrets(Object.values(spec.secrets))
    const issues = Object.entries(spec.secrets)
      .filter(([, secret]) => missing.includes(secret))
      .map(([variable, secret]) => ({ field: `spec.secrets.${variable}`, message: `there is no secret called "${secret}"; set it first` }))
    if (spec.artifact && !(await this.#deps.environment.hasArtifact(spec.artifact)))
      issues.push({ field: 'spec.artifact', message: `the artifact ${spec.artifact} was not uploaded; upload it first` })
    if (issues.length > 0) throw unprocessable(issues)
  }

  /** Makes an earlier revision the wanted one again, as a new revision; the number of instances stays. */
  async rollback(request: Guard & { revision: number }, actor: string): Promise<Result> {
    const target = await table.findRevision(this.#deps.store.db, request.name, request.revision)
    const current = await this.record(request.name)
    if (!target) throw notFound(`revision ${request.revision} of app`, request.name)
    const spec = { ...target.spec, instances: current.app.wanted || current.spec.instances }
    await this.#checkReferences(spec)
    const result = await this.#deps.store.write(async (tx) => {
      const now = await table.findApp(tx.db, request.name)
      if (!now) throw notFound('app', request.name)
      refuseStale(now, request)
      const compared = this.#compare(now, spec)
      if (compared.outcome === 'unchanged')
        throw new AppError('CONFLICT', `revision ${request.revision} is what is wanted already`, {
          details: { hint: 'Choose another revision.' },
        })
      await this.#store(
        tx,
        { spec, current: now, compared },
        { actor, note: `back to revision ${request.revision}`, rollbackTo: request.revision },
      )
      return compared
    })
    this.#deps.environment.changed(request.name)
    return { ...result, app: await this.get(request.name), warnings: await this.#deps.environment.warnings(spec) }
  }

  scale(request: Guard & { instances: number }, actor: string): Promise<App> {
    return this.#change(request, actor, (current) => ({
      kind: 'app.scaled',
      columns: { instances: request.instances },
      data: { from: current.spec.instances, to: request.instances },
      same: current.spec.instances === request.instances,
    }))
  }

  restart(request: Guard, actor: string): Promise<App> {
    return this.#change(request, actor, (current) => ({
      kind: 'app.restarted',
      columns: { restart_generation: current.restartGeneration + 1 },
      data: { instances: current.app.running },
      same: false,
    }))
  }

  stop(request: Guard, actor: string): Promise<App> {
    return this.#change(request, actor, (current) => ({
      kind: 'app.stopped',
      columns: { state: 'stopped' },
      data: { instances: current.app.running },
      same: current.app.state === 'stopped',
    }))
  }

  start(request: Guard, actor: string): Promise<App> {
    return this.#change(request, actor, (current) => ({
      kind: 'app.started',
      columns: { state: 'running' },
      data: { instances: current.spec.instances },
      same: current.app.state === 'running',
    }))
  }

  /** Wants the app gone. The reconciler stops what runs and then forgets it. Repeating it changes nothing. */
  async remove(name: string, actor: string): Promise<App> {
    const { app } = await this.record(name)
    if (app.state === 'removing') return app
    await this.#deps.store.write(async (tx) => {
      await table.updateApp(tx.db, name, { columns: { state: 'removing' }, now: this.#deps.clock.now() })
      tx.emit({ kind: 'app.removing', actor, app: name, data: { instances: app.running } })
    })
    this.#deps.environment.changed(name)
    return { ...app, state: 'removing', status: 'changing' }
  }

  /** Stops one instance. The app keeps its number, so another one takes its place; that is not counted as a failure. */
  async stopInstance(id: string, actor: string): Promise<Instance> {
    const { app, host } = await this.instance(id)
    await this.#deps.store.write(async (tx) => {
      const record = await instances.findInstance(tx.db, id)
      if (record?.instance.wanted !== 'running') return
      await instances.unwantInstances(tx.db, [id], 'asked')
      tx.emit({ kind: 'instance.stopping', actor, app, host, instance: id, data: { cause: 'asked' } })
    })
    this.#deps.environment.changed(app)
    return this.instance(id)
  }

  async #change(request: Guard, actor: string, decide: (current: table.AppRecord) => Change): Promise<App> {
    const changed = await this.#deps.store.write(async (tx) => {
      const current = await table.findApp(tx.db, request.name)
      if (!current) throw notFound('app', request.name)
      refuseStale(current, request)
      const { kind, columns, data, same } = decide(current)
      if (same) return false
      await table.updateApp(tx.db, request.name, { columns, now: this.#deps.clock.now() })
      // A person acted: what failed before must not delay what they asked for.
      await table.updateAppStatus(tx.db, request.name, { failures: 0, last_failure_at: null, host_failures_json: '{}' })
      tx.emit({ kind, actor, app: request.name, data })
      return true
    })
    if (changed) this.#deps.environment.changed(request.name)
    const { app } = await this.record(request.name)
    return app
  }
}

interface Change {
  kind: EventKind
  columns: Parameters<typeof table.updateApp>[2]['columns']
  data: Record<string, unknown>
  same: boolean
}

function refuseStale(current: table.AppRecord, guard: Guard): void {
  if (current.app.state === 'removing')
    throw new AppError('CONFLICT', `"${guard.name}" is being removed`, { details: { hint: 'Wait until it is gone, then create it anew.' } })
  if (guard.generation !== undefined && guard.generation !== current.app.generation)
    throw new AppError(
      'GENERATION_CHANGED',
      `"${guard.name}" was changed in the meantime (generation ${current.app.generation}, not ${guard.generation})`,
      {
        details: { hint: 'Look at the app again and repeat the change if it is still what you want.' },
      },
    )
}
