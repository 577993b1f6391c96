import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeClock } from '../base/clock.ts'
import { silentLogger } from '../base/logger.ts'
import { EngineError, type Engine } from '../engines/index.ts'
import { Store } from '../store/index.ts'
import { Monitoring } from './monitoring.ts'
import { parsePrometheusText, seriesName } from './prometheus-text.ts'
import { loadRunning } from './targets.table.ts'

let store: Store
let monitoring: Monitoring

beforeEach(async () => {
  const clock = new FakeClock()
  store = await Store.open(':memory:', clock)
  monitoring = await Monitoring.open({ file: ':memory:', store, clock, logger: silentLogger, engine: () => undefined })
})
afterEach(async () => {
  await monitoring.stop()
  await store.close()
})

async function page(): Promise<Record<string, number>> {
  const { samples, unreadable } = parsePrometheusText(await monitoring.exposition())
  expect(unreadable).toBe(0)
  return Object.fromEntries(samples.map(({ name, labels, value }) => [seriesName(name, labels), value]))
}

async function addInstance(id: string, status: string): Promise<void> {
  await store.write(async (tx) => {
    const { db } = tx
    const spec = { metrics: { port: 'web', path: '/own' } }
    await db
      .insertInto('apps')
      .values({
        name: 'shop',
        state: 'running',
        instances: 1,
        revision: 2,
        run_revision: 2,
        generation: 2,
        restart_generation: 0,
        created_at: 0,
        updated_at: 0,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    for (const revision of [1, 2])
      await db
        .insertInto('revisions')
        .values({ app: 'shop', revision, spec_json: JSON.stringify(revision === 2 ? spec : {}), created_at: 0, created_by: 'me', note: '' })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    const ports = [{ name: 'web', protocol: 'tcp', hostPort: 20_001, containerPort: 80 }]
    await db
      .insertInto('instances')
      .values({ id, app: 'shop', revision: id === 'old' ? 1 : 2, restart_generation: 0, host: 'alpha', wanted: 'running', cause: 'scale', ports_json: JSON.stringify(ports), cpu_millis: 1, memory_bytes: 1, disk_bytes: 0, placement_json: null, created_at: 0, stop_cause: null })
      .execute() // prettier-ignore
    await db
      .insertInto('instance_observed')
      .values({ instance: id, status, health: 'unknown', started_at: null, ended_at: null, exit_code: null, message: '', status_since: 0, cleaned: 0 })
      .execute() // prettier-ignore
    tx.emit({ kind: 'instance.running', actor: 'system', instance: id })
  })
}

it('offers the console’s own numbers, counted when they are asked for', async () => {
  await addInstance('one', 'running')
  await addInstance('two', 'failed')
  monitoring.recordReconcile(20)
  expect(await page()).toMatchObject({
    'spacefort_instances{status="running"}': 1,
    'spacefort_instances{status="failed"}': 1,
    spacefort_event_seq: 2,
    'spacefort_reconcile_duration_seconds_count{loop="app"}': 1,
    'spacefort_reconcile_duration_seconds_sum{loop="app"}': 0.02,
  })
  expect(Object.keys(await page())).toContain('process_cpu_seconds_total')
})

it('times the calls of an engine and counts their errors by reason', async () => {
  class Real {
    readonly kind = 'docker'
    #calls = 0
    async ping(): Promise<number> {
      return ++this.#calls
    }
    stop(): Promise<void> {
      throw new EngineError('unreachable', 'no answer')
    }
    close(): number {
      return this.#calls
    }
  }
  const engine = monitoring.timed('alpha', new Real() as unknown as Engine)
  expect(engine.kind).toBe('docker')
  await engine.ping(1)
  await expect(engine.stop('x', 1)).rejects.toThrow('no answer')
  expect(engine.close()).toBe(1)
  expect(await page()).toMatchObject({
    'spacefort_engine_call_duration_seconds_count{call="ping",engine="docker"}': 1,
    'spacefort_engine_call_duration_seconds_count{call="stop",engine="docker"}': 1,
    'spacefort_engine_call_errors_total{host="alpha",reason="unreachable"}': 1,
  })
})

it('counts requests, and those who follow a stream for as long as they do', async () => {
  const request = new Request('http://localhost/api/v1/apps')
  const plain = await monitoring.timedFetch(request, async () => new Response('x', { status: 404 }))
  expect(await plain.text()).toBe('x')
  let released = false
  const open = () =>
    monitoring.timedFetch(request, async () => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode('data: 1\n\n')),
        cancel: () => void (released = true),
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
  const reader = (await open()).body?.getReader()
  await reader?.read()
  expect(await page()).toMatchObject({
    spacefort_sse_clients: 1,
    'spacefort_http_request_duration_seconds_count{method="GET",status="404"}': 1,
  })
  await reader?.cancel()
  expect(released).toBe(true)
  expect(await page()).toMatchObject({ spacefort_sse_clients: 0 })
})

it('finds the running instances and where their own metrics are', async () => {
  await addInstance('one', 'running')
  await addInstance('old', 'running')
  await addInstance('gone', 'stopped')
  expect(await loadRunning(store.db)).toEqual([
    { id: 'old', app: 'shop', host: 'alpha' },
    { id: 'one', app: 'shop', host: 'alpha', metrics: { port: 20_001, path: '/own' } },
  ])
})
