import type { Kysely } from 'kysely'
import { AppError, notFound } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type {
  Connection,
  ConnectionMove,
  EventKind,
  Host,
  HostFacets,
  HostInput,
  HostOutcome,
  HostPatch,
  LabelChange,
  ListQuery,
  TestProgress,
  TestResult,
  TestStep,
} from '../contract/index.ts'
import { KeptAnswers, type Store, type Tables, type Tx, type Vault } from '../store/index.ts'
import { engineKind, joinConnection, moveConnection, splitConnection } from './connection.ts'
import { parseHosts, type ParsedLine } from './host-import.ts'
import { hostFacets, listHosts, matchingNames, type HostOrder, type HostSearch } from './host-search.table.ts'
import { changedLabels, sameLabels, toEach } from './many-hosts.ts'
import { testProgress } from './test-progress.ts'
import * as table from './hosts.table.ts'

/** What hosts ask of the layers above them. */
export interface HostEnvironment {
  /** Tries a connection step by step; engines know how. `onStep` is told each step as soon as it is known. */
  test(connection: Connection, options: { trustedHostKey: string | null; onStep?: (step: TestStep) => void }): Promise<TestResult>
  /** Called after a committed change of a host, to reconnect it or to move its instances. */
  changed(host: string): void
  /** CPU and memory the host's instances were last measured to use; null when not measured. */
  used(host: string): Host['used']
}

interface Dependencies {
  store: Store
  vault: Vault
  clock: Clock
  environment: HostEnvironment
}

type ImportReport = ReturnType<typeof parseHosts>[number]['report']

/** Hosts of an import that are written in one transaction. */
const IMPORTED_TOGETHER = 50

/** The inventory: which hosts there are, how they are reached, where they stand, and whether they take instances. */
export class Hosts {
  readonly #deps: Dependencies
  readonly #answers: KeptAnswers

  constructor(deps: Dependencies) {
    this.#deps = deps
    this.#answers = new KeptAnswers(deps.store)
  }

  async list(query: HostSearch & ListQuery): Promise<{ items: Host[]; total: number }> {
    const { items, total } = await this.#answers.get(JSON.stringify(query), () => listHosts(this.#deps.store.db, query))
    return { items: items.map((host) => this.#measured(host)), total }
  }

  async names(query: HostSearch & HostOrder): Promise<{ names: string[] }> {
    return { names: await matchingNames(this.#deps.store.db, query) }
  }

  facets(search: HostSearch): Promise<HostFacets> {
    return hostFacets(this.#deps.store.db, search)
  }

  async get(name: string): Promise<Host> {
    const host = await table.findHost(this.#deps.store.db, name)
    if (!host) throw notFound('host', name)
    return this.#measured(host)
  }

  #measured(host: Host): Host {
    return { ...host, used: host.status === 'ready' ? this.#deps.environment.used(host.name) : null }
  }

  /** The connection with its secrets, and the pinned key. Only for whoever opens the connection. */
  async connection(name: string): Promise<{ connection: Connection; hostKey: string | null; generation: number } | null> {
    const stored = await table.findConnection(this.#deps.store.db, name)
    if (!stored) return null
    const secrets = stored.sealed ? (JSON.parse(this.#deps.vault.open(`host:${name}`, stored.sealed)) as Record<string, string>) : {}
    return { connection: joinConnection(stored.open, secrets), hostKey: stored.hostKey, generation: stored.generation }
  }

  /** Generation of the stored connection; null when there is no such host. */
  async generation(name: string): Promise<number | null> {
    return (await table.findConnection(this.#deps.store.db, name))?.generation ?? null
  }

  async add(input: HostInput, actor: string): Promise<Host> {
    await this.#deps.store.write((tx) => this.#insert(tx, input, actor))
    this.#deps.environment.changed(input.name)
    return this.get(input.name)
  }

  async #insert(tx: Tx, input: HostInput, actor: string): Promise<void> {
    if (await table.findHost(tx.db, input.name))
      throw new AppError('ALREADY_EXISTS', `there is already a host called "${input.name}"`, { details: { hint: 'Choose another name.' } })
    await refuseSecondLocal(tx.db, input)
    const { open, sealed, hostKey } = this.#stored(input.name, input.connection)
    await table.insertHost(tx.db, { input, engine: engineKind(input.connection), open, sealed, hostKey, now: this.#deps.clock.now() })
    tx.emit({ kind: 'host.added', actor, host: input.name, data: { connection: input.connection.kind } })
  }

  #stored(name: string, connection: Connection): { open: unknown; sealed: Uint8Array | null; hostKey: string | null } {
    const { open, secrets } = splitConnection(connection)
    const sealed = Object.keys(secrets).length > 0 ? this.#deps.vault.seal(`host:${name}`, JSON.stringify(secrets)) : null
    const hostKey = connection.kind === 'ssh' || connection.kind === 'docker-ssh' ? (connection.ssh.hostKey ?? null) : null
    return { open, sealed, hostKey }
  }

  /** Adds what can be added and says of every line what became of it; `dryRun` adds nothing. */
  async importMany(
    request: { format: 'csv' | 'yaml'; text: string; dryRun: boolean },
    actor: string,
  ): Promise<{ added: number; lines: ImportReport[] }> {
    if (request.dryRun) return { added: 0, lines: (await this.#parsed(request)).map(({ report }) => report) }
    const lines: ImportReport[] = []
    for await (const line of this.importSteps(request, actor)) lines.push(line)
    return { added: lines.filter((line) => line.status === 'added').length, lines }
  }

  /** Adds what can be added, and says of each line what became of it as soon as that is known. */
  async *importSteps(request: { format: 'csv' | 'yaml'; text: string }, actor: string): AsyncGenerator<ImportReport> {
    const parsed = await this.#parsed(request)
    for (let start = 0; start < parsed.length; start += IMPORTED_TOGETHER) {
      yield* await this.#importSome(parsed.slice(start, start + IMPORTED_TOGETHER), actor)
      // Everything else, the signs of life of the hosts that are there above all, gets its turn in between.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  /** The lines of a file; those whose name is taken have no input. */
  async #parsed({ format, text }: { format: 'csv' | 'yaml'; text: string }): Promise<Pick<ParsedLine, 'input' | 'report'>[]> {
    const known = new Set(await table.hostNames(this.#deps.store.db))
    return parseHosts(format, text).map(({ input, report }) => {
      if (!input) return { report }
      if (known.has(input.name)) return { report: { ...report, status: 'exists' as const } }
      known.add(input.name)
      return { input, report }
    })
  }

  /** Adds hosts in one transaction; one that is refused does not keep the others out. */
  async #importSome(lines: readonly { input?: HostInput; report: ImportReport }[], actor: string): Promise<ImportReport[]> {
    const reports = await this.#deps.store.write(async (tx) => {
      const written: ImportReport[] = []
      for (const { input, report } of lines) written.push(input ? await this.#importOne(tx, { input, report, actor }) : report)
      return written
    })
    for (const [index, { input }] of lines.entries())
      if (input && reports[index]?.status === 'added') this.#deps.environment.changed(input.name)
    return reports
  }

  async #importOne(tx: Tx, line: { input: HostInput; report: ImportReport; actor: string }): Promise<ImportReport> {
    const { input, report, actor } = line
    try {
      await this.#insert(tx, input, actor)
      return { ...report, status: 'added' }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return {
        ...report,
        status: error.code === 'ALREADY_EXISTS' ? 'exists' : 'invalid',
        issues: [{ field: 'name', message: error.message }],
      }
    }
  }

  async update(name: string, patch: HostPatch, actor: string): Promise<Host> {
    const connection = patch.move ? await this.#moved(name, patch.move) : patch.connection
    await this.#write(name, { kind: 'host.changed', actor, data: { fields: Object.keys(patch) } }, async (tx) => {
      await table.updatePlace(tx.db, name, patch)
      if (!connection) return
      const { open, sealed, hostKey } = this.#stored(name, connection)
      await table.updateHost(tx.db, name, {
        engine: engineKind(connection),
        connection_json: JSON.stringify(open),
        sealed,
        host_key: hostKey,
      })
      await table.updateObserved(tx.db, name, { offered_host_key: null })
    })
    return this.get(name)
  }

  /** The host's connection on another way; the pinned key stays pinned unless the move names another. */
  async #moved(name: string, move: ConnectionMove): Promise<Connection> {
    const known = await this.connection(name)
    if (!known) throw notFound('host', name)
    return moveConnection(known.connection, { ...(known.hostKey === null ? {} : { hostKey: known.hostKey }), ...move })
  }

  async test(connection: Connection): Promise<TestResult> {
    return this.#deps.environment.test(connection, { trustedHostKey: givenHostKey(connection) })
  }

  testSteps(connection: Connection): AsyncGenerator<TestProgress> {
    return testProgress((onStep) => this.#deps.environment.test(connection, { trustedHostKey: givenHostKey(connection), onStep }))
  }

  async retest(name: string): Promise<TestResult> {
    const known = await this.connection(name)
    if (!known) throw notFound('host', name)
    return this.#deps.environment.test(known.connection, { trustedHostKey: known.hostKey })
  }

  /** Tests a host's connection, or another way to it. */
  async *retestSteps(name: string, move?: ConnectionMove): AsyncGenerator<TestProgress> {
    const known = await this.connection(name)
    if (!known) throw notFound('host', name)
    const connection = move ? await this.#moved(name, move) : known.connection
    const trustedHostKey = move ? givenHostKey(connection) : known.hostKey
    yield* testProgress((onStep) => this.#deps.environment.test(connection, { trustedHostKey, onStep }))
  }

  /**
   * Accepts the key a blocked host shows now. The caller names it, so that nobody accepts one they did not see. Trusting the
   * trusted key again changes nothing.
   */
  async trustKey(name: string, hostKey: string, actor: string): Promise<Host> {
    const host = await this.get(name)
    if (host.offeredHostKey === null && host.connection.hostKey === hostKey) return host
    if (host.offeredHostKey !== hostKey)
      throw new AppError('CONFLICT', `"${name}" shows ${host.offeredHostKey ?? 'no other key'}, not ${hostKey}`, {
        details: { hint: 'Look at the host again and compare the fingerprint with ssh-keygen -lf on the host itself.' },
      })
    await this.#write(
      name,
      { kind: 'host.key-trusted', actor, data: { hostKey, previous: host.connection.hostKey ?? null } },
      async (tx) => {
        await table.updateHost(tx.db, name, { host_key: hostKey })
        await table.updateObserved(tx.db, name, {
          offered_host_key: null,
          status: 'connecting',
          status_since: this.#deps.clock.now(),
          status_message: '',
        })
      },
    )
    return this.get(name)
  }

  /** Sets whether new instances may come and whether those there must leave. Repeating it changes nothing. */
  async setScheduling(name: string, scheduling: 'open' | 'cordoned' | 'draining', actor: string): Promise<Host> {
    const [outcome] = (await this.scheduleMany([name], scheduling, actor)).items
    if (outcome?.outcome === 'failed') throw notFound('host', name)
    return this.get(name)
  }

  /** Cordons, uncordons or drains each of many hosts. */
  scheduleMany(names: readonly string[], scheduling: 'open' | 'cordoned' | 'draining', actor: string): Promise<{ items: HostOutcome[] }> {
    const kind = { open: 'host.uncordoned', cordoned: 'host.cordoned', draining: 'host.drain-started' } as const
    return this.#changeMany(names, async (tx, { name, instances, scheduling: from }) => {
      if (from === scheduling || (scheduling === 'draining' && from === 'drained')) return false
      await table.updateHost(tx.db, name, { scheduling })
      tx.emit({ kind: kind[scheduling], actor, host: name, data: { from, instances } })
      return true
    })
  }

  /** Sets and takes away labels of each of many hosts; its other labels stay. */
  labelMany(names: readonly string[], change: LabelChange, actor: string): Promise<{ items: HostOutcome[] }> {
    return this.#changeMany(names, async (tx, host) => {
      const labels = changedLabels(host.labels, change)
      if (sameLabels(host.labels, labels)) return false
      await table.updatePlace(tx.db, host.name, { labels })
      tx.emit({ kind: 'host.changed', actor, host: host.name, data: { fields: ['labels'] } })
      return true
    })
  }

  async #changeMany(names: readonly string[], change: (tx: Tx, host: Host) => Promise<boolean>): Promise<{ items: HostOutcome[] }> {
    const items = await this.#deps.store.write((tx) => toEach(tx, names, (host) => change(tx, host)))
    for (const { name, outcome } of items) if (outcome === 'changed') this.#deps.environment.changed(name)
    return { items }
  }

  async remove(name: string, force: boolean, actor: string): Promise<{ seq: number }> {
    const host = await this.get(name)
    if (host.instances > 0 && !force)
      throw new AppError('CONFLICT', `${host.instances} instances are on "${name}"`, {
        details: { hint: 'Drain the host first, or remove it by force: its instances are then started elsewhere.' },
      })
    await this.#write(name, { kind: 'host.removed', actor, data: { instances: host.instances } }, (tx) => table.deleteHost(tx.db, name))
    return { seq: this.#deps.store.latestSeq }
  }

  async #write(
    name: string,
    event: { kind: EventKind; actor: string; data?: Record<string, unknown> },
    work: (tx: Tx) => Promise<void>,
  ): Promise<void> {
    await this.#deps.store.write(async (tx) => {
      if (!(await table.findHost(tx.db, name))) throw notFound('host', name)
      await work(tx)
      tx.emit({ ...event, host: name })
    })
    this.#deps.environment.changed(name)
  }
}

function givenHostKey(connection: Connection): string | null {
  return 'ssh' in connection ? (connection.ssh.hostKey ?? null) : null
}

/** Two local hosts would be the same machine twice, and its capacity counted twice. */
async function refuseSecondLocal(db: Kysely<Tables>, input: HostInput): Promise<void> {
  if (input.connection.kind !== 'local') return
  const local = (await table.loadHosts(db)).find((host) => host.connection.kind === 'local')
  if (local)
    throw new AppError('ALREADY_EXISTS', `this workstation is already there as "${local.name}"`, {
      details: { hint: 'Change that host instead.' },
    })
}
