import { describe, expect, it, vi } from 'vitest'
import { loadInstances } from '../apps/index.ts'
import { HostInput } from '../contract/index.ts'
import { FakeHost } from '../engines/fake-host.ts'
import { pool } from './pool-fixture.ts'
import { previewApp, previewDrain } from './preview.ts'

// Every write waits for the disk, which other work on the machine can keep busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

describe('the reconciler', () => {
  it('runs what is wanted, spread over the hosts, and scales up and down', async () => {
    const p = await pool('a1', 'b1', 'b2')
    await p.apply()
    await p.settled(6)
    // Centre A has one host and B two: three in each centre.
    expect(Object.values(p.machines).map(({ running }) => running.length)).toEqual([3, expect.any(Number), expect.any(Number)])
    await p.apps.scale({ name: 'shop', instances: 12 }, 'test')
    await p.settled(12)
    await p.apps.scale({ name: 'shop', instances: 2 }, 'test')
    await p.settled(2)
    expect(await p.store.findBrokenLink()).toBeNull()
  })

  it('restarts nothing when the core is stopped and started again', async () => {
    const p = await pool('a1', 'a2')
    await p.apply()
    await p.settled(6)
    const before = p.running.sort()
    await p.restart()
    await p.settled(6)
    expect(p.running.sort()).toEqual(before)
    expect(p.starts).toBe(6)
  })

  it('replaces an instance that crashed or was removed by hand', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 2 })
    await p.settled(2)
    const [first = '', second = ''] = p.running
    p.machines.a1?.crash(first, 3)
    await p.until(() => p.running.length === 2 && !p.running.includes(first))
    p.machines.a1?.runs.delete(second)
    p.machines.a1?.crash('nobody')
    await p.until(() => p.running.length === 2 && !p.running.includes(second))
    const kinds = (await p.store.readEvents({ kind: 'instance.failed' }, { limit: 10 })).map(({ data }) => data.message)
    expect(kinds).toEqual(['exit code 3', 'it was removed on the host by somebody else'])
  })

  it('runs the instances of a lost host elsewhere, and removes the surplus when it returns', async () => {
    const p = await pool('a1', 'a2', 'a3')
    await p.apply()
    await p.settled(6)
    const kept = p.machines.a1?.running ?? []
    ;(p.machines.a1 as FakeHost).down = true
    const elsewhere = () => [...(p.machines.a2?.running ?? []), ...(p.machines.a3?.running ?? [])].length
    await p.until(() => elsewhere() === 6)
    expect(p.machines.a1?.running).toEqual(kept)
    // What is out of reach is made up for: the app is well again, however long its host stays away.
    await vi.waitFor(async () => expect(await p.apps.get('shop')).toMatchObject({ running: 6, status: 'healthy' }), { timeout: 20_000 })
    ;(p.machines.a1 as FakeHost).down = false
    await p.settled(6)
    expect(p.machines.a1?.running.length).toBeGreaterThan(0)
  })

  it('drains a host: replacements run before anything stops', async () => {
    const p = await pool('a1', 'a2')
    await p.apply({ instances: 4, update: { minHealthy: 1, maxOver: 0 } })
    await p.settled(4)
    let least = Infinity
    const watch = setInterval(() => (least = Math.min(least, p.running.length)), 1)
    await p.hosts.setScheduling('a1', 'draining', 'test')
    await p.until(async () => (await p.hosts.get('a1')).scheduling === 'drained')
    clearInterval(watch)
    expect(least).toBeGreaterThanOrEqual(4)
    expect(p.machines.a1?.runs.size).toBe(0)
    await p.settled(4)
  })

  it('rolls to a new revision and back, keeping the wanted number running', async () => {
    const p = await pool('a1', 'a2')
    await p.apply({ healthChecks: [{ kind: 'tcp', port: 'http' }] })
    await p.until(async () => (await p.apps.record('shop')).app.healthy === 6)
    let least = Infinity
    const watch = setInterval(() => (least = Math.min(least, p.running.length)), 1)
    await p.apply({ image: 'shop:2', healthChecks: [{ kind: 'tcp', port: 'http' }] })
    const images = () => [...(p.machines.a1?.runs.values() ?? []), ...(p.machines.a2?.runs.values() ?? [])].map(({ run }) => run.image)
    await p.until(() => images().length === 6 && images().every((image) => image === 'shop:2'))
    await p.apps.rollback({ name: 'shop', revision: 1 }, 'test')
    await p.until(() => images().length === 6 && images().every((image) => image === 'shop:1'))
    clearInterval(watch)
    expect(least).toBeGreaterThanOrEqual(6)
  })

  it('says why instances wait, and starts them as soon as a host can take them', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 3, resources: { memory: '6Gi' } })
    await p.until(async () => (await p.apps.record('shop')).app.waiting === 1)
    const { app } = await p.apps.record('shop')
    expect(app).toMatchObject({ running: expect.any(Number) as number, statusMessage: 'insufficient memory on 1 host' })
    p.machines.a2 = new FakeHost()
    await p.hosts.add(HostInput.parse({ name: 'a2', connection: { kind: 'docker-socket', path: '/run/a2.sock' } }), 'test')
    await p.settled(3)
    expect((await p.apps.record('shop')).app).toMatchObject({ waiting: 0, statusMessage: '' })
  })

  it('backs off when a start is refused, and says what the engine said', async () => {
    const p = await pool('a1')
    ;(p.machines.a1 as FakeHost).refusal = 'no such image: shop:1'
    await p.apply({ instances: 1 })
    await p.until(async () => (await p.apps.record('shop')).failures.failures >= 2)
    const { app } = await p.apps.record('shop')
    expect(app.status).toBe('down')
    expect(app.backoffUntil).not.toBeNull()
    await p.until(async () => (await p.apps.record('shop')).app.statusMessage.includes('no such image: shop:1'))
    ;(p.machines.a1 as FakeHost).refusal = null
    await p.settled(1)
  })

  it('replaces an instance whose health check fails three times in a row', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 1, healthChecks: [{ kind: 'tcp', port: 'http', interval: '50ms', grace: '0s' }] })
    await p.until(async () => (await p.apps.record('shop')).app.healthy === 1)
    const [first = ''] = p.running
    const port = p.machines.a1?.runs.get(first)?.ports[0]?.hostPort ?? 0
    p.machines.a1?.deafPorts.add(port)
    await p.until(() => p.running.length === 1 && p.running[0] !== first)
  })

  it('removes instances nobody knows, and an app that is removed leaves nothing behind', async () => {
    const p = await pool('a1')
    await p.apply({ instances: 1 })
    await p.settled(1)
    const [known] = [...(p.machines.a1?.runs.values() ?? [])]
    if (!known) throw new Error('nothing runs')
    p.machines.a1?.runs.set('stray', { ...known, id: 'stray', run: { ...known.run, id: 'stray' } })
    p.machines.a1?.crash('nobody')
    await p.until(() => p.machines.a1?.runs.has('stray') === false)
    await p.apps.remove('shop', 'test')
    await p.until(async () => (await p.apps.list({ offset: 0, limit: 10 })).total === 0)
    expect(p.machines.a1?.runs.size).toBe(0)
  })

  it('previews exactly what then happens', async () => {
    const p = await pool('a1', 'a2', 'b1')
    await p.apply()
    await p.settled(6)
    const before = new Set(p.running)
    const preview = await previewApp(p.store, 'shop', { change: { action: 'scale', instances: 9 }, now: Date.now() })
    expect(preview).toMatchObject({ stops: [], keeps: 6, waiting: 0 })
    await p.apps.scale({ name: 'shop', instances: 9 }, 'test')
    await p.settled(9)
    for (const { host, count } of preview.starts) expect(p.machines[host]?.running.filter((id) => !before.has(id))).toHaveLength(count)
    const restart = await previewApp(p.store, 'shop', { change: { action: 'restart' }, now: Date.now() })
    const sum = (list: { count: number }[]) => list.reduce((total, { count }) => total + count, 0)
    expect([sum(restart.starts), sum(restart.stops), restart.keeps, restart.leastReady]).toEqual([9, 9, 0, 9])
    expect(sum((await previewApp(p.store, 'shop', { change: { action: 'remove' }, now: Date.now() })).stops)).toBe(9)
  })

  it('previews what a drain moves, and what has nowhere to go and why', async () => {
    const p = await pool('a1', 'a2')
    await p.apply({ instances: 4, resources: { memory: '6Gi' } })
    await p.settled(4)
    const { instances, apps } = await previewDrain(p.store, 'a1', Date.now())
    expect(instances).toBe(2)
    expect(apps).toEqual([{ app: 'shop', moves: [], stuck: 2, summary: '1 host being drained; insufficient memory on 1' }])
    await p.apps.scale({ name: 'shop', instances: 2 }, 'test')
    await p.settled(2)
    await p.until(async () => (await loadInstances(p.store.db, { ended: false })).length === 2)
    expect((await previewDrain(p.store, 'a1', Date.now())).apps).toEqual([
      { app: 'shop', moves: [{ host: 'a2', count: 1 }], stuck: 0, summary: '' },
    ])
  })
})
