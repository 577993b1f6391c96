import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { os } from '../base/routing.ts'
import { createClient } from '../contract/client.ts'
import { bearer, openRig, type Rig } from './fixture.ts'

const STREAM = '/api/v1/events/stream'

let rig: Rig
let token: string
let logs: { ended: number; waiting: AbortSignal | undefined }

beforeEach(async () => {
  logs = { ended: 0, waiting: undefined }
  const state = logs
  const follow = os.instances.logs.handler(async function* ({ signal, input }) {
    try {
      yield { instance: input.id, host: 'one', stream: 'stdout' as const, at: null, text: 'first' }
      if (input.tail === 13) throw new Error('the password is hunter2')
      state.waiting = signal
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
    } finally {
      state.ended += 1
    }
  })
  const testSteps = os.hosts.testSteps.handler(async function* ({ input }) {
    const where = 'path' in input.connection ? input.connection.path : ''
    const step = { step: 'reach', status: 'passed', code: 'reach.open', params: { where }, detail: '', durationMs: 1 } as const
    yield { kind: 'step' as const, step }
    yield { kind: 'end' as const, result: { ok: true, steps: [step] } }
  })
  rig = await openRig({ handlers: { instances: { logs: follow }, hosts: { testSteps } }, config: { version: '0', streamsPerCaller: 2 } })
  token = await rig.tokenFor('viewer')
})
afterEach(() => rig.close())

const open = (path: string, init: RequestInit = {}, context = {}) =>
  rig.send(path, { ...init, headers: bearer(token, init.headers as Record<string, string>) }, context)
const emit = (user: string) => rig.store.write(async (tx) => tx.emit({ kind: 'user.changed', actor: 'x', data: { user } }))

/** Reads until `text` has come. */
async function readUntil(response: Response, text: string | RegExp): Promise<string> {
  let seen = ''
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  while (!(typeof text === 'string' ? seen.includes(text) : text.test(seen))) {
    const { done, value } = await reader.read()
    if (done) break
    seen += new TextDecoder().decode(value)
  }
  await reader.cancel()
  return seen
}

describe('a stream that is asked for with a POST', () => {
  const posting = () => rig.tokenFor('administrator', 'poster')
  const connection = { kind: 'docker-socket', path: '/run/docker.sock' } as const

  it('gets its body, and sends each event as it comes', async () => {
    const token = await posting()
    const client = createClient({
      url: 'http://localhost:8180',
      token,
      fetch: (request, init) => rig.api.fetch(new Request(request, init), { remote: '::1' }),
    })
    const seen: unknown[] = []
    for await (const progress of await client.hosts.testSteps({ connection })) seen.push(progress)
    expect(seen).toMatchObject([{ kind: 'step', step: { params: { where: '/run/docker.sock' } } }, { kind: 'end' }])
  })

  it('refuses a body that does not fit, as every change does', async () => {
    const headers = bearer(await posting(), { 'content-type': 'application/json' })
    const post = (body: string) => rig.send('/api/v1/host-tests/steps', { method: 'POST', headers, body })
    expect((await post('{"connection":{"kind":"none"}}')).status).toBe(400)
    expect((await post('[]')).status).toBe(400)
    expect((await post(`{"connection":"${'x'.repeat(3_000_000)}"}`)).status).toBe(413)
  })
})

describe('the event stream', () => {
  it('sends events with their position as id, and resumes after the one the browser saw last', async () => {
    for (const user of ['a', 'b', 'c', 'd']) await emit(user)
    const last = rig.store.latestSeq
    const seen = await readUntil(await open(STREAM, { headers: { 'last-event-id': String(last - 2) } }), `id: ${last}\n`)
    expect(seen.match(/^id: \d+$/gm)).toEqual([`id: ${last - 1}`, `id: ${last}`])
  })

  it('is live, typed and resumable for the client of the contract', async () => {
    const client = createClient({
      url: 'http://localhost:8180',
      token,
      fetch: (request, init) => rig.api.fetch(new Request(request, init), { remote: '::1' }),
    })
    const abort = new AbortController()
    const before = rig.store.latestSeq
    const stream = await client.events.stream({ after: before }, { signal: abort.signal })
    void emit('later')
    const { value } = await stream.next()
    expect(value).toMatchObject({ seq: before + 1, kind: 'user.changed', data: { user: 'later' } })
    abort.abort()
    expect(await stream.next()).toMatchObject({ done: true })
  })
})

describe('a stream nobody reads any more', () => {
  const path = '/api/v1/instances/shop-1/logs?follow=true'
  const waiting = async () => {
    while (!logs.waiting) await new Promise((resolve) => setTimeout(resolve, 1))
  }

  it('ends its generator when only the body is cancelled', async () => {
    const response = await open(path)
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    while (!logs.waiting) await Promise.race([reader.read(), waiting()])
    await reader.cancel()
    await expect.poll(() => logs.ended).toBe(1)
  })

  it('ends its generator when the request is aborted', async () => {
    const abort = new AbortController()
    const response = await open(path, { signal: abort.signal })
    void response.text().catch(() => undefined)
    await waiting()
    abort.abort()
    await expect.poll(() => logs.ended).toBe(1)
  })

  it('ends with a proper end when the server stops', async () => {
    const closing = new AbortController()
    const text = (await open(path, {}, { closing: closing.signal })).text()
    await waiting()
    closing.abort()
    expect(await text).toContain('first')
    expect(logs.ended).toBe(1)
  })

  it('makes room for the next: only open ones count', async () => {
    const [one] = [await open(path), await open(path)]
    const refused = await open(path)
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' })
    await one.body?.cancel()
    expect((await open(path)).status).toBe(200)
  })
})

describe('an error in a stream', () => {
  it('reaches the client with its code and without its cause', async () => {
    const seen = await readUntil(await open('/api/v1/instances/shop-1/logs?tail=13'), /event: error[^]*\n\n/)
    expect(seen).toContain('"code":"INTERNAL"')
    expect(seen).toMatch(/"errorId":"\w{12}"/)
    expect(seen).not.toContain('hunter2')
  })
})
