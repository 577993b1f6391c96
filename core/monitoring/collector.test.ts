import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { duplexPair, type Duplex } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import type { RunStats } from '../engines/index.ts'
import { Collector, type Target } from './collector.ts'
import { History } from './history.ts'

let clock: FakeClock
let history: History
let server: Server
let port: number
let page: string | (() => string)
let targets: Target[]
let collector: Collector

const dial = async (to: number): Promise<Duplex> => {
  // As through an SSH tunnel: a stream that is no socket.
  const [near, far] = duplexPair()
  const socket = connect(to, '127.0.0.1')
  socket.on('error', () => near.destroy(new Error('connection failed')))
  far.pipe(socket).pipe(far)
  return near
}

beforeEach(async () => {
  clock = new FakeClock()
  history = await History.open(':memory:', clock)
  page = ''
  server = createServer((request, response) => {
    if (request.url !== '/metrics') response.writeHead(404)
    response.end(typeof page === 'string' ? page : page())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  targets = []
  collector = new Collector({ targets: async () => targets, history, clock, logger: silentLogger })
})
afterEach(async () => {
  await history.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

interface Fake {
  cpuMs: number
  memoryBytes: number
  at?: number
  network?: [number, number]
}

/** A host with one instance, "a1", whose engine reports what `read` gives. */
function host(read: () => Fake | Promise<Fake>, metrics?: { path: string }): Target {
  const stats = async (ids: readonly string[]): Promise<RunStats[]> => {
    const { cpuMs, memoryBytes, at, network } = await read()
    return ids.map((id) => ({
      id,
      at: at ?? clock.now(),
      cpuMs,
      memoryBytes,
      networkInBytes: network?.[0] ?? null,
      networkOutBytes: network?.[1] ?? null,
    }))
  }
  return {
    host: 'alpha',
    engine: { stats, dial },
    instances: [{ id: 'a1', app: 'shop', ...(metrics ? { metrics: { port, ...metrics } } : {}) }],
  }
}

async function round(): Promise<void> {
  await collector.collect()
  clock.advance(5000)
}

const points = async (metric: string) =>
  (await history.query({ metric, from: clock.now() - 3_600_000, to: clock.now() + 1, aggregate: 'none' })).series[0]?.points.map(
    ([, value]) => value,
  )

describe('engine statistics', () => {
  it('become rates over the engine’s own time', async () => {
    let cpuMs = 1000
    const start = clock.now()
    targets = [host(() => ({ cpuMs, memoryBytes: 64, network: [cpuMs * 2, 0], at: start + (cpuMs - 1000) * 4 }))]
    await round()
    expect(await points('cpu')).toBeUndefined()
    expect(await points('memory')).toEqual([64])
    cpuMs += 1000
    await round()
    expect(await points('cpu')).toEqual([250])
    expect(await points('network-in')).toEqual([500])
    expect(await points('network-out')).toEqual([0])
    expect(history.latest.of('a1')).toMatchObject({ cpuMillis: 250, memoryBytes: 64 })
  })

  it('leave out what the engine cannot tell, repeats, and the impossible', async () => {
    const stuck = clock.now()
    let at = stuck
    let cpuMs = 0
    targets = [host(() => ({ cpuMs, memoryBytes: -1, at }))]
    await round()
    cpuMs = 500
    await round()
    expect(await points('cpu')).toBeUndefined()
    at = clock.now()
    cpuMs = 10 ** 12
    await round()
    for (const metric of ['cpu', 'memory', 'network-in']) expect(await points(metric)).toBeUndefined()
  })

  it('are placed at our time when the host’s clock is far off, and still become right rates', async () => {
    const skew = 3_600_000
    let cpuMs = 0
    targets = [host(() => ({ cpuMs, memoryBytes: 1, at: clock.now() - skew }))]
    for (let turn = 0; turn < 2; turn++) {
      await round()
      cpuMs += 5000
    }
    expect(await points('cpu')).toEqual([1000])
    expect(await points('memory')).toEqual([1])
  })

  it('count a restarted counter from zero', async () => {
    let cpuMs = 100_000
    targets = [host(() => ({ cpuMs, memoryBytes: 1 }))]
    await round()
    cpuMs = 500
    await round()
    expect(await points('cpu')).toEqual([100])
  })
})

describe('own metrics', () => {
  it('are fetched over HTTP through the engine and kept', async () => {
    let count = 0
    page = () => `http_requests_total{status="200"} ${(count += 50)}\nstock{kind="a"} 3\n`
    targets = [host(() => ({ cpuMs: 0, memoryBytes: 1 }), { path: '/metrics' })]
    await round()
    await round()
    expect(await points('requests')).toEqual([10])
    expect(await points('app:stock{kind="a"}')).toEqual([3])
    expect(history.latest.of('a1').requestsPerSecond).toBe(10)
    expect((await history.names('shop')).map(({ metric }) => metric)).toContain('errors')
  })

  it.each([
    ['an error page', '/elsewhere', 'stock 1'],
    ['a page without end', '/metrics', `stock 1\n${'#'.repeat(3 * 2 ** 20)}`],
  ])('leave out %s, and the rest is measured', async (_, path, text) => {
    page = text
    targets = [host(() => ({ cpuMs: 0, memoryBytes: 1 }), { path })]
    await round()
    expect(await points('app:stock')).toBeUndefined()
    expect(await points('memory')).toEqual([1])
  })

  it('do not stop the statistics when nothing listens', async () => {
    const target = host(() => ({ cpuMs: 0, memoryBytes: 1 }), { path: '/metrics' })
    targets = [{ ...target, engine: { ...target.engine, dial: () => Promise.reject(new Error('refused')) } }]
    await round()
    expect(await points('memory')).toEqual([1])
  })
})

describe('a host that does not answer', () => {
  it('is left out until its round has ended, and others go on', async () => {
    const never = Promise.withResolvers<Fake>()
    let asked = 0
    const slow: Target = {
      ...host(() => {
        asked++
        return never.promise
      }),
      host: 'slow',
    }
    targets = [{ ...slow, instances: [{ id: 's1', app: 'slow' }] }, host(() => ({ cpuMs: 0, memoryBytes: 1 }))]
    void collector.collect()
    await expect.poll(() => points('memory')).toEqual([1])
    clock.advance(10_000)
    void collector.collect()
    await expect.poll(() => points('memory')).toEqual([1, 1])
    expect(asked).toBe(1)
    never.resolve({ cpuMs: 0, memoryBytes: 5 })
    await expect.poll(() => history.latest.of('s1').memoryBytes).toBe(5)
    await collector.collect()
    expect(asked).toBe(2)
  })

  it('does not fail the round when it refuses', async () => {
    targets = [{ ...host(() => Promise.reject(new Error('unreachable'))), host: 'bad' }, host(() => ({ cpuMs: 0, memoryBytes: 1 }))]
    await round()
    expect(await points('memory')).toEqual([1])
  })
})

it('forgets instances that are gone', async () => {
  targets = [host(() => ({ cpuMs: 0, memoryBytes: 1 }))]
  await round()
  expect(history.latest.of('a1').memoryBytes).toBe(1)
  targets = []
  await collector.collect()
  expect(history.latest.of('a1').memoryBytes).toBeNull()
})
