import { describe, expect, it, vi } from 'vitest'
import { loadInstances, updateInstanceObserved } from '../apps/index.ts'
import { HostInput } from '../contract/index.ts'
import { FakeHost } from '../engines/fake-host.ts'
import { Pool, pool } from './pool-fixture.ts'

// Every write waits for the disk, which other work on the machine can keep busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

/** Well below the 15 s between two looks at a host and the 30 s between two looks at everything: only a wake-up is as fast. */
const SOON_MS = 8000

describe('nothing waits for the next round', () => {
  it('places what waits when another app makes room', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 2, resources: { memory: '6Gi' } })
    await p.settled(2)
    await p.apply({ name: 'stock', instances: 1, resources: { memory: '6Gi' } })
    await p.until(async () => (await p.apps.record('stock')).app.waiting === 1)
    await p.apps.scale({ name: 'shop', instances: 1 }, 'test')
    await p.until(async () => (await p.apps.record('stock')).app.running === 1, SOON_MS)
  })

  it('stops the one instance that a person stops', async () => {
    const p = await pool('a1', 'a2')
    await p.apply({ instances: 2 })
    await p.settled(2)
    const [first = ''] = p.machines.a1?.running ?? []
    await p.hosts.setScheduling('a1', 'cordoned', 'test')
    await p.apps.stopInstance(first, 'test')
    await p.until(() => p.machines.a1?.runs.has(first) === false, SOON_MS)
    await p.settled(2)
    expect((await p.apps.record('shop')).failures.failures).toBe(0)
  })

  it('removes an app at once although the files of a failed instance are still kept', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 1 })
    await p.settled(1)
    p.machines.a1?.crash(p.running[0] ?? '')
    await p.until(() => p.running.length === 1)
    await p.settled(1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(p.machines.a1?.runs.size).toBe(2)
    await p.apps.remove('shop', 'test')
    await p.until(async () => (await p.apps.list({ offset: 0, limit: 10 })).total === 0, SOON_MS)
    expect(p.machines.a1?.runs.size).toBe(0)
    const kinds = (await p.store.readEvents({ app: 'shop' }, { limit: 1, order: 'desc' })).map(({ kind }) => kind)
    expect(kinds).toEqual(['app.removed'])
  })

  it('removes what nobody knows as soon as a host is connected', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 1 })
    await p.settled(1)
    const [known] = [...(p.machines.a1?.runs.values() ?? [])]
    if (!known) throw new Error('nothing runs')
    await p.stop()
    p.machines.a1?.runs.set('stray', { ...known, id: 'stray', run: { ...known.run, id: 'stray' } })
    await p.restart()
    await p.until(() => p.machines.a1?.runs.has('stray') === false, SOON_MS)
    await p.settled(1)
  })
})

describe('hosts that come and go', () => {
  it('replaces what was on a host removed by force, and counts no failure', async () => {
    const p = await pool('a1', 'a2')
    await p.apply({ instances: 12 })
    await p.settled(12)
    await p.hosts.remove('a1', true, 'test')
    await p.until(() => p.machines.a2?.running.length === 12, SOON_MS)
    expect((await p.apps.record('shop')).failures.failures).toBe(0)
    expect((await p.store.readEvents({ kind: 'app.backing-off' }, { limit: 10 })).length).toBe(0)
  })

  it('keeps the reason of a failure when its host is removed', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 1 })
    await p.settled(1)
    p.machines.a1?.crash(p.running[0] ?? '', 3)
    await p.until(() => p.running.length === 1)
    await p.settled(1)
    await p.apps.scale({ name: 'shop', instances: 0 }, 'test')
    await p.settled(0)
    await p.until(async () => (await p.hosts.get('a1')).instances === 0)
    await p.hosts.remove('a1', false, 'test')
    await p.until(async () => (await loadInstances(p.store.db, { ended: true })).every(({ cleaned }) => cleaned), SOON_MS)
    const failed = (await loadInstances(p.store.db, { ended: true })).filter(({ instance }) => instance.status === 'failed')
    expect(failed.map(({ instance }) => instance.message)).toEqual(['exit code 3'])
  })

  it('connects a host anew that is removed and added again at once', async () => {
    const p = await pool('a1')
    const until = async (status: string) => p.until(async () => (await p.hosts.get('a1')).status === status, SOON_MS)
    await until('ready')
    await p.hosts.remove('a1', true, 'test')
    p.machines.a1 = new FakeHost()
    await p.hosts.add(HostInput.parse({ name: 'a1', connection: { kind: 'docker-socket', path: '/run/other.sock' } }), 'test')
    await until('ready')
    await p.apply({ instances: 1 })
    await p.settled(1)
    expect(p.machines.a1.running.length).toBe(1)
  })

  it('gives up instances whose host shows another key, and takes them back when the key is trusted', async () => {
    const p = await pool('a1', 'a2')
    await p.apply({ instances: 4 })
    await p.settled(4)
    const machine = p.machines.a1 as FakeHost
    machine.offeredKey = 'SHA256:other'
    machine.down = true
    await p.until(async () => (await p.hosts.get('a1')).status === 'blocked')
    await p.until(() => p.machines.a2?.running.length === 4, SOON_MS)
    machine.offeredKey = null
    machine.down = false
    await p.hosts.trustKey('a1', 'SHA256:other', 'test')
    await p.hosts.trustKey('a1', 'SHA256:other', 'test')
    await p.until(async () => (await p.hosts.get('a1')).status === 'ready', SOON_MS)
    await p.settled(4)
    expect((await p.store.readEvents({ kind: 'host.key-trusted' }, { limit: 10 })).length).toBe(1)
  })

  it('starts again what was made but cut off before it was started', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 1 })
    await p.settled(1)
    const [first] = await loadInstances(p.store.db, { ended: false })
    const id = first?.instance.id ?? ''
    Object.assign(p.machines.a1?.runs.get(id) ?? {}, { state: 'starting', startedAt: null })
    await p.store.write((tx) => updateInstanceObserved(tx.db, id, { status: 'unreachable', started_at: null }))
    p.machines.a1?.crash('nobody')
    await p.until(async () => (await loadInstances(p.store.db, { ended: false }))[0]?.instance.status === 'starting', SOON_MS)
  })
})

describe('the event log', () => {
  it('tells the end of an instance once, although the host may be seen without it before its removal is over', async () => {
    const p = await pool('a1')
    const machine = p.machines.a1 as FakeHost
    machine.removeMs = 300
    await p.apply({ instances: 3 })
    await p.settled(3)
    await p.apps.scale({ name: 'shop', instances: 0 }, 'test')
    await p.settled(0)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const stopped = (await p.store.readEvents({ kind: 'instance.stopped' }, { limit: 100 })).map(({ instance }) => instance)
    expect(stopped.length).toBe(3)
    expect(new Set(stopped).size).toBe(3)
  })

  it('tells once of the surplus that it removes, although a list of before may come in later', async () => {
    const p = await pool('a1')
    const machine = p.machines.a1 as FakeHost
    await p.apply({ instances: 1 })
    await p.settled(1)
    const [known] = [...machine.runs.values()]
    if (!known) throw new Error('nothing runs')
    Object.assign(machine, { stopMs: 700, listMs: 600 })
    machine.runs.set('stray', { ...known, id: 'stray', run: { ...known.run, id: 'stray' } })
    machine.crash('nobody')
    await p.until(async () => {
      machine.crash('nobody')
      return !machine.runs.has('stray')
    })
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect((await p.store.readEvents({ kind: 'instance.surplus' }, { limit: 10 })).length).toBe(1)
  })

  it('calls nothing surplus that was stopped as asked', async () => {
    const p = await pool('a1', 'a2')
    for (const machine of Object.values(p.machines)) machine.listMs = 20
    await p.apply({ instances: 12 })
    await p.settled(12)
    for (const instances of [1, 12, 1, 12, 1]) {
      await p.apps.scale({ name: 'shop', instances }, 'test')
      await p.settled(instances)
    }
    expect((await p.store.readEvents({ kind: 'instance.surplus' }, { limit: 100 })).map(({ instance }) => instance)).toEqual([])
  })
})

describe('what is not the fault of a host or an app', () => {
  it('keeps a host while its answers cannot be noted', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 1 })
    await p.settled(1)
    const write = vi.spyOn(p.store, 'write').mockRejectedValue(new Error('the disk is full'))
    p.machines.a1?.crash('nobody')
    await new Promise((resolve) => setTimeout(resolve, 9000))
    write.mockRestore()
    await p.until(() => p.reconciler.engine('a1') !== undefined, 1000)
    await p.apps.scale({ name: 'shop', instances: 2 }, 'test')
    await p.settled(2)
    expect((await p.store.readEvents({ kind: 'host.unreachable' }, { limit: 1 })).length).toBe(0)
  })

  it('ends what an engine started although it said that it did not', async () => {
    const p = await pool('a1')
    const machine = p.machines.a1 as FakeHost
    machine.lateRefusal = 'server error'
    await p.apply({ instances: 2, backoff: { initial: '10s' } })
    await p.until(async () => (await p.store.readEvents({ kind: 'instance.failed' }, { limit: 10 })).length === 2)
    expect(machine.starts).toBe(2)
    machine.lateRefusal = null
    machine.crash('nobody')
    await p.until(() => p.running.length === 0, SOON_MS)
    await p.settled(2)
  })

  it('takes a host back after a list that took too long', async () => {
    const p = await pool('a1', 'a2')
    await p.apply({ instances: 2 })
    await p.settled(2)
    const machine = p.machines.a1 as FakeHost
    machine.listMs = 9000
    machine.crash('nobody')
    await new Promise((resolve) => setTimeout(resolve, 200))
    machine.down = true
    await p.until(async () => (await p.hosts.get('a1')).status === 'unreachable', 11_000)
    Object.assign(machine, { down: false, listMs: 0 })
    await p.until(async () => (await p.hosts.get('a1')).status === 'ready' && p.reconciler.engine('a1') !== undefined, 12_000)
  })

  it('neither waits nor storms when the clock is set by an hour', async () => {
    const p = new Pool(['a1'])
    let shiftMs = 0
    p.clock = { now: () => Date.now() + shiftMs, monotonic: () => performance.now() }
    await p.start()
    await p.apply({ instances: 1 })
    await p.settled(1)
    p.machines.a1?.crash(p.running[0] ?? '')
    await p.until(async () => (await p.apps.record('shop')).failures.failures === 1)
    shiftMs = -3_600_000
    // The clock is looked at in every round; a start of the core is one.
    await p.restart()
    await p.settled(1)
    shiftMs = 3_600_000
    await p.apps.restart({ name: 'shop' }, 'test')
    await p.settled(1)
    expect(p.starts).toBe(3)
  })
})
