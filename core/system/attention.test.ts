import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertApp, insertRevision, updateApp, updateAppStatus } from '../apps/apps.table.ts'
import { insertInstances, updateInstanceObserved } from '../apps/instances.table.ts'
import { FakeClock } from '../base/clock.ts'
import { AppSpec, Attention, HostInput, type App, type Host } from '../contract/index.ts'
import { insertHost, updateHost, updateObserved } from '../hosts/hosts.table.ts'
import { Store } from '../store/index.ts'
import { attention } from './attention.ts'
import { concernsOf, FORGOTTEN_MS } from './concerns.ts'
import { byCentre } from './overview.ts'

const NOW = 10 * FORGOTTEN_MS
const fine = {
  state: 'running',
  status: 'healthy',
  wanted: 3,
  running: 3,
  healthy: 3,
  starting: 0,
  waiting: 0,
  statusMessage: '',
  updatedAt: 0,
}
const app = (name: string, difference: Partial<App>) => ({ ...fine, name, ...difference }) as App
const host = (name: string, difference: Partial<Host>) =>
  ({ name, status: 'ready', scheduling: 'open', instances: 0, statusSince: 1, statusMessage: '', ...difference }) as Host

describe('what is wrong', () => {
  const order = (situation: { apps?: App[]; hosts?: Host[]; closedSince?: Map<string, number> }) =>
    concernsOf({ apps: [], hosts: [], closedSince: new Map(), ...situation }, NOW).map((one) =>
      'app' in one ? `${one.kind} ${one.app.name}` : `${one.kind} ${one.host.name}`,
    )

  it('comes in the order of consequence, and within a kind by how much hangs on it', () => {
    const apps = [
      app('fine', {}),
      app('failing', { status: 'degraded', healthy: 2 }),
      app('small', { status: 'down', running: 0, healthy: 0, wanted: 1 }),
      app('tight', { status: 'degraded', waiting: 1, healthy: 2, running: 2 }),
      app('big', { status: 'down', running: 0, healthy: 0 }),
      app('off', { state: 'stopped', status: 'stopped', healthy: 0, running: 0 }),
    ]
    const hosts = [
      host('well', {}),
      host('empty', { status: 'unreachable' }),
      host('full', { status: 'unreachable', instances: 9 }),
      host('odd', { status: 'blocked' }),
      host('shut', { scheduling: 'drained' }),
      host('today', { scheduling: 'cordoned' }),
    ]
    const closedSince = new Map([
      ['shut', NOW - FORGOTTEN_MS],
      ['today', NOW - FORGOTTEN_MS + 1],
    ])
    expect(order({ apps, hosts, closedSince })).toEqual([
      'app-down big',
      'app-down small',
      'host-blocked odd',
      'host-unreachable full',
      'host-unreachable empty',
      'app-waiting tight',
      'app-backing-off failing',
      'host-cordoned shut',
    ])
  })

  it('names an app whose instances are lost with their hosts, though it still counts as changing', () => {
    const changing = { status: 'changing' as const }
    expect(order({ apps: [app('gone', { ...changing, running: 0, healthy: 0 })] })).toEqual(['app-down gone'])
    expect(order({ apps: [app('less', { ...changing, running: 2, healthy: 2 })] })).toEqual(['app-short less'])
  })

  it('does not name an app that is only being changed', () => {
    const changing = { status: 'changing' as const, healthy: 1 }
    expect(order({ apps: [app('grows', { ...changing, running: 1, starting: 2 })] })).toEqual([])
    expect(order({ apps: [app('scaled', { ...changing, running: 1, updatedAt: NOW - 100 })] })).toEqual([])
  })
})

describe('attention', () => {
  let store: Store
  const clock = new FakeClock(NOW)
  beforeEach(async () => {
    store = await Store.open(':memory:')
    await store.write(async (tx) => {
      const { db } = tx
      for (const [name, centre] of [
        ['a-1', 'A'],
        ['b-1', 'B'],
        ['b-2', 'B'],
        ['c-1', null],
      ] as const) {
        const input = HostInput.parse({ name, connection: { kind: 'docker-socket' }, centre })
        await insertHost(db, { input, engine: 'docker', open: input.connection, sealed: null, hostKey: null, now: 5 })
        await updateObserved(db, name, { status: 'ready', cpu_millis: 4000, memory_bytes: 8e9 })
      }
      await updateObserved(db, 'b-2', { status: 'unreachable', status_since: 77, status_message: 'no answer within 5 s' })
      await updateHost(db, 'a-1', { scheduling: 'cordoned' })
      tx.emit({ kind: 'host.cordoned', actor: 'test', host: 'a-1' })
      for (const name of ['crash', 'tight']) {
        await insertApp(db, { name, instances: 1, now: 5 })
        const spec = AppSpec.parse({ name, image: 'x', instances: 1 })
        await insertRevision(db, { app: name, revision: 1, spec, createdAt: 5, createdBy: 'test', note: '' })
        await updateApp(db, name, { columns: { revision: 1 }, now: 5 })
      }
      await updateAppStatus(db, 'tight', { waiting: 1, waiting_summary: 'insufficient memory on 3 hosts' })
      await updateAppStatus(db, 'crash', { revision: 1, failures: 2, last_failure_at: NOW })
      const placement = { at: 5, considered: 1, feasible: 1, score: 0, scores: {}, runnersUp: [] }
      const run = (id: string, on: string) => ({
        ...{ id, app: 'crash', revision: 1, restartGeneration: 0, host: on, cause: 'scale', ports: [], placement, now: 5 },
        resources: { cpuMillis: 250, memoryBytes: 1e9, diskBytes: 0 },
      })
      await insertInstances(db, [run('crash-1', 'b-1'), run('crash-2', 'b-1'), run('crash-3', 'b-1')])
      await updateInstanceObserved(db, 'crash-1', { status: 'failed', message: 'exit code 2', ended_at: 8 })
      await updateInstanceObserved(db, 'crash-2', { status: 'failed', message: 'exit code 3', ended_at: 9 })
    })
  })
  afterEach(() => store.close())
  const look = async (query: { kind?: 'host-unreachable'; centre?: string; limit?: number } = {}) =>
    Attention.parse(await attention({ store, clock }, { limit: 100, ...query }))
  const names = ({ items }: Attention) => items.map((one) => ('app' in one ? one.app.name : one.host.name))

  it('gives each its reason: what the last failed instance said, the scheduler’s sentence, the connection’s error', async () => {
    const seen = await look()
    expect(seen.items.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['app-down', 'exit code 3'],
      ['app-down', 'insufficient memory on 3 hosts'],
      ['host-unreachable', 'no answer within 5 s'],
    ])
    expect(seen.items[2]).toMatchObject({ since: 77, host: { name: 'b-2', centre: 'B' } })
  })

  it('counts all, however few are asked for', async () => {
    const seen = await look({ kind: 'host-unreachable', limit: 1 })
    expect(names(seen)).toEqual(['b-2'])
    expect(seen.total).toBe(1)
    expect(seen.counts).toMatchObject({ 'app-down': 2, 'host-unreachable': 1, 'host-cordoned': 0 })
  })

  it('keeps to one centre, with the apps that run there or nowhere', async () => {
    expect(names(await look({ centre: 'A' }))).toEqual(['tight'])
    expect(names(await look({ centre: 'B' }))).toEqual(['crash', 'tight', 'b-2'])
    expect(names(await look({ centre: 'nowhere' }))).toEqual([])
  })

  it('names a cordoned host only when nobody closed it lately', async () => {
    // The event of this store is of today, which lies far ahead of NOW.
    expect((await look({ centre: 'A' })).counts['host-cordoned']).toBe(0)
    const late = await attention({ store, clock: new FakeClock(Date.now() + FORGOTTEN_MS) }, { limit: 9, centre: 'A' })
    expect(late.items.at(-1)).toMatchObject({ kind: 'host-cordoned', host: { name: 'a-1' } })
  })
})

it('adds up each centre by itself, ready hosts only, and those without a centre last', () => {
  const size = (cpuMillis: number) => ({ cpuMillis, memoryBytes: 10 * cpuMillis, diskBytes: 0 })
  const hosts = [
    host('x', { centre: null, capacity: size(1), reserved: size(0) }),
    host('b', { centre: 'B', capacity: size(8), reserved: size(2), instances: 2 }),
    host('a', { centre: 'A', capacity: size(4), reserved: size(1), instances: 1 }),
    host('c', { centre: 'B', capacity: size(8), reserved: size(3), instances: 3, status: 'unreachable' }),
  ]
  const centres = byCentre(hosts, (name) => (name === 'b' ? { cpuMillis: 1.5, memoryBytes: 7 } : null))
  expect(centres.map(({ centre }) => centre)).toEqual(['A', 'B', null])
  expect(centres[1]).toMatchObject({
    hosts: { total: 2, ready: 1, unreachable: 1 },
    instances: 5,
    capacity: size(8),
    reserved: size(2),
    used: { cpuMillis: 1.5, memoryBytes: 7 },
  })
})
