import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { os } from '../base/routing.ts'
import { bearer, json, openRig, type Rig } from './fixture.ts'
import type { RawRoute } from './raw-routes.ts'

const digest = `sha256:${'a'.repeat(64)}`
const upload: RawRoute = {
  method: 'PUT',
  path: '/api/v1/artifacts/{digest}',
  meta: { role: 'operator', scope: 'apps' },
  summary: 'Upload an artifact',
  tag: 'Artifacts',
  maxBodyBytes: 1000,
  contentType: 'application/x-tar',
  async handle(request, { principal, params }) {
    const bytes = (await request.arrayBuffer()).byteLength
    return Response.json({ bytes, actor: principal.actor, digest: params.digest }, { status: 201 })
  },
}
const head: RawRoute = {
  ...upload,
  method: 'HEAD',
  maxBodyBytes: 0,
  meta: { role: 'viewer', scope: 'read' },
  handle: async () => new Response(null, { status: 204 }),
}

let rig: Rig
let token: string

beforeEach(async () => {
  const list = os.hosts.list.handler(() => new Promise<never>(() => undefined))
  rig = await openRig({
    handlers: { hosts: { list } },
    rawRoutes: [upload, head],
    metrics: async () => 'spacefort_up 1\n',
    config: {
      version: '0',
      jsonBodyBytes: 100,
      requestTimeoutMs: 30,
      readRate: { perSecond: 2, burst: 4 },
      writeRate: { perSecond: 1, burst: 2 },
    },
  })
  token = await rig.tokenFor('operator')
})
afterEach(() => rig.close())

const streamed = (bytes: number) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(new Uint8Array(bytes))
      controller.close()
    },
  })

describe('size', () => {
  it('of a JSON body is limited, whether it is declared or not', async () => {
    const big = json('POST', { instances: 1, note: 'x'.repeat(200) }, bearer(token))
    const declared = await rig.send('/api/v1/apps/shop/scale', big)
    expect(await declared.json()).toMatchObject({ status: 413, code: 'TOO_LARGE' })
    const undeclared = await rig.send('/api/v1/apps/shop/scale', { ...big, body: streamed(200), duplex: 'half' })
    expect(undeclared.status).toBe(413)
  })

  it('of a raw body has its own limit', async () => {
    const put = (bytes: number) =>
      rig.send(`/api/v1/artifacts/${digest}`, { method: 'PUT', body: streamed(bytes), duplex: 'half', headers: bearer(token) })
    expect(await (await put(900)).json()).toEqual({ bytes: 900, actor: 'token:test-operator', digest })
    expect((await put(1100)).status).toBe(413)
  })
})

describe('raw routes', () => {
  const at = `/api/v1/artifacts/${digest}`
  it('need the same access and answer with the same problems', async () => {
    expect((await rig.send(at, { method: 'PUT', body: 'x' })).status).toBe(401)
    const viewer = await rig.tokenFor('viewer')
    expect((await rig.send(at, { method: 'PUT', body: 'x', headers: bearer(viewer) })).status).toBe(403)
    expect((await rig.send(at, { method: 'HEAD', headers: bearer(viewer) })).status).toBe(204)
    const wrong = await rig.send(at, { headers: bearer(viewer) })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'PUT, HEAD'])
  })
})

describe('rate', () => {
  const read = (headers: Record<string, string>, remote = '10.0.0.1') => rig.send('/api/v1/apps', { headers }, { remote })

  it('is limited by caller, and recovers', async () => {
    const statuses = []
    for (let request = 0; request < 5; request++) statuses.push((await read(bearer(token))).status)
    expect(statuses).toEqual([409, 409, 409, 409, 429])
    const other = await rig.tokenFor('viewer')
    expect((await read(bearer(other))).status).toBe(409)
    rig.clock.advance(500)
    expect((await read(bearer(token))).status).toBe(409)
    const refused = await read(bearer(token))
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
  })

  it('is limited by address for those who are nobody', async () => {
    for (let request = 0; request < 4; request++) expect((await read({})).status).toBe(401)
    expect((await read({})).status).toBe(429)
    expect((await read(bearer('wrong'))).status).toBe(429)
    expect((await read({}, '10.0.0.2')).status).toBe(401)
  })
})

describe('time', () => {
  it('of an answer is limited', async () => {
    const response = await rig.send('/api/v1/hosts', { headers: bearer(token) })
    expect(await response.json()).toMatchObject({ code: 'INTERNAL' })
  })
})

describe('/metrics', () => {
  it('needs a token that may read', async () => {
    expect((await rig.send('/metrics')).status).toBe(401)
    expect(await (await rig.send('/metrics', { headers: bearer(token) })).text()).toBe('spacefort_up 1\n')
  })

  it('is open to this machine, and only to it, when the configuration says so', async () => {
    const open = await openRig({ metrics: async () => 'x', config: { version: '0', openMetrics: true } })
    expect((await open.send('/metrics')).status).toBe(200)
    expect((await open.send('/metrics', {}, { remote: '10.0.0.1' })).status).toBe(401)
    await open.close()
  })
})
