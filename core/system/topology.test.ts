import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { insertApp } from '../apps/apps.table.ts'
import { insertInstances, updateInstanceObserved } from '../apps/instances.table.ts'
import { Topology, HostInput } from '../contract/index.ts'
import { insertHost, updateObserved } from '../hosts/hosts.table.ts'
import { Store } from '../store/index.ts'
import { topology } from './topology.ts'

const NOW = 1_000_000
const PLACEMENT = { at: NOW, considered: 1, feasible: 1, score: 0, scores: {}, runnersUp: [] }

describe('the picture of the pool', () => {
  let store: Store
  beforeEach(async () => {
    store = await Store.open(':memory:')
    await store.write(async (tx) => {
      const { db } = tx
      for (const [name, rack] of [
        ['web-1', 'A1'],
        ['web-2', null],
      ] as const) {
        const input = HostInput.parse({ name, connection: { kind: 'docker-socket' }, centre: 'north', rack })
        await insertHost(db, { input, engine: 'docker', open: input.connection, sealed: null, hostKey: null, now: NOW })
        await updateObserved(db, name, { status: 'ready', cpu_millis: 4000, memory_bytes: 8e9 })
      }
      await insertApp(db, { name: 'shop', instances: 3, now: NOW })
      const run = (id: string) => ({
        ...{ id, app: 'shop', revision: 1, restartGeneration: 0, host: 'web-1', cause: 'scale', ports: [], placement: PLACEMENT, now: NOW },
        resources: { cpuMillis: 250, memoryBytes: 1e9, diskBytes: 0 },
      })
      await insertInstances(db, [run('shop-b'), run('shop-a'), run('shop-over')])
      await updateInstanceObserved(db, 'shop-a', { status: 'running', health: 'unhealthy' })
      await updateInstanceObserved(db, 'shop-over', { status: 'failed' })
      tx.emit({ kind: 'app.created', actor: 'test', app: 'shop' })
    })
  })
  afterEach(() => store.close())
  const look = (names?: string[]) =>
    topology({ store, used: (host) => (host === 'web-1' ? { cpuMillis: 90, memoryBytes: 5 } : null) }, names)

  it('holds every host with its place, use and the instances that have not ended', async () => {
    const seen = Topology.parse(await look())
    expect(seen.seq).toBe(store.latestSeq)
    expect(seen.hosts.map(({ name, rack }) => [name, rack])).toEqual([
      ['web-1', 'A1'],
      ['web-2', null],
    ])
    expect(seen.hosts[0]).toMatchObject({
      cpuMillis: 4000,
      reservedCpuMillis: 500,
      reservedMemoryBytes: 2e9,
      used: { cpuMillis: 90, memoryBytes: 5 },
    })
    expect(seen.hosts[0]?.instances).toEqual([
      { id: 'shop-a', app: 'shop', status: 'running', health: 'unhealthy' },
      { id: 'shop-b', app: 'shop', status: 'starting', health: 'unknown' },
    ])
    expect(seen.hosts[1]).toMatchObject({ used: null, reservedCpuMillis: 0, instances: [] })
  })

  it('holds only the hosts that are asked for, and none that is unknown', async () => {
    expect((await look(['web-2', 'gone'])).hosts.map(({ name }) => name)).toEqual(['web-2'])
  })
})
