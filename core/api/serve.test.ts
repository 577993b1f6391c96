import { connect } from 'node:net'
import { request as httpsRequest } from 'node:https'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { os } from '../base/routing.ts'
import { bearer, openRig, type Rig } from './fixture.ts'
import { serve, type RunningServer } from './serve.ts'

/** For this test only: nobody trusts it. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkiN5wIVGJyMbZjkk
CN62AjV29pZxiNDG1V/Pr5uOWs+hRANCAATEofjv4N5R05IpmlEJ4higHBcwhc2Z
JU3mNKq0y3IPWZ+4xVDOraVgG2m1jX1jaLr90HQhqVM7PN8ENfGzUH6Z
-----END PRIVATE KEY-----`
const CERT = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUXu6kOSfZDo3QwhlPxoa4UvK8T1gwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTIxNTUzNloYDzIxMjYxMDI4
MjE1NTM2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATEofjv4N5R05IpmlEJ4higHBcwhc2ZJU3mNKq0y3IPWZ+4xVDOraVg
G2m1jX1jaLr90HQhqVM7PN8ENfGzUH6Zo28wbTAdBgNVHQ4EFgQUauWkeo3biejJ
RcINiizvA9hJ6mEwHwYDVR0jBBgwFoAUauWkeo3biejJRcINiizvA9hJ6mEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgA66va5IDlZKpd88tVSzq+5LaB0lN9X2Ex+sq2ZPd1t0CIQCz
R7RnmaQG5sV0QEifWAzEUtgnRKFlvyuDmHzkfq0z1Q==
-----END CERTIFICATE-----`

let rig: Rig
let server: RunningServer
let token: string
let ended: number

beforeEach(async () => {
  ended = 0
  const logs = os.apps.logs.handler(async function* ({ signal, context }) {
    try {
      yield { instance: context.remote, host: 'one', stream: 'stdout' as const, at: null, text: 'first' }
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
    } finally {
      ended += 1
    }
  })
  rig = await openRig({ handlers: { apps: { logs } } })
  token = await rig.tokenFor('administrator')
  server = await serve(rig.api, { port: 0 })
})
afterEach(async () => {
  await server.close()
  await rig.close()
})

const stream = (signal?: AbortSignal) => fetch(`${server.url}/api/v1/apps/shop/logs`, { headers: bearer(token), ...(signal && { signal }) })

async function firstChunk(response: Response): Promise<string> {
  let text = ''
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  while (!text.includes('first')) text += new TextDecoder().decode((await reader.read()).value)
  reader.releaseLock()
  return text
}

describe('a server', () => {
  it('listens on loopback unless told otherwise, and tells the peer to the core', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const abort = new AbortController()
    expect(await firstChunk(await stream(abort.signal))).toContain('"instance":"127.0.0.1"')
    abort.abort()
  })

  it('ends a stream whose reader is gone', async () => {
    const abort = new AbortController()
    await firstChunk(await stream(abort.signal))
    abort.abort()
    await expect.poll(() => ended).toBe(1)
  })

  it('ends open streams properly when it is closed', async () => {
    const response = await stream()
    const text = response.text()
    await expect.poll(() => rig.store.latestSeq).toBeGreaterThan(0)
    await server.close()
    expect(await text).toContain('first')
    expect(ended).toBe(1)
    await expect(fetch(server.url)).rejects.toThrow()
  })

  it('takes changes with a body', async () => {
    const response = await fetch(`${server.url}/api/v1/users`, {
      method: 'POST',
      headers: bearer(token, { 'content-type': 'application/json', 'idempotency-key': 'one' }),
      body: JSON.stringify({ name: 'olga', role: 'viewer', password: 'long enough, is it' }),
    })
    expect(response.status).toBe(201)
  })

  it('answers no name that is not its own, however the request says it', async () => {
    const { port } = new URL(server.url)
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
        let answer = ''
        socket.on('data', (data) => (answer += String(data)))
        socket.on('end', () => resolve(answer)).on('error', reject)
      })
    expect(await raw('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 200/)
    expect(await raw('GET /healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 403/)
    expect(await raw('GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 40/,
    )
    expect(await raw('GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
    expect(await raw('GET app://console/api/v1/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1.1 4/)
  })

  it('answers what is hardly HTTP with a problem like any other, and takes no WebSocket', async () => {
    const { port } = new URL(server.url)
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
        let answer = ''
        socket.on('data', (data) => (answer += String(data)))
        socket.on('end', () => resolve(answer)).on('error', reject)
      })
    const end = 'Host: localhost\r\nConnection: close\r\n\r\n'
    const cases: [string, number][] = [
      ['hello\r\n\r\n', 400],
      [`GET /healthz HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n${end}`, 413],
      [`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${end}`, 413],
      [`POST /api/v1/session HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n${end}{}`, 400],
      ['GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
      [`GET /healthz HTTP/1.1\r\nHost: localhost:99999\r\nConnection: close\r\n\r\n`, 400],
      ['GET /api/v1/events/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n', 401],
    ]
    for (const [text, status] of cases) {
      const answer = await raw(text)
      expect([text.slice(0, 60), answer.split(' ')[1]]).toEqual([text.slice(0, 60), String(status)])
      expect(answer).toMatch(/content-security-policy: /i)
      const body = answer.slice(answer.indexOf('{'), answer.lastIndexOf('}') + 1)
      expect(JSON.parse(body)).toMatchObject({ status, hint: expect.any(String) })
    }
  })

  it('says what to do when its port is taken', async () => {
    const { port } = new URL(server.url)
    await expect(serve(rig.api, { port: Number(port) })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `port ${port} of 127.0.0.1 is taken`,
    })
  })

  it('speaks TLS', async () => {
    const secure = await serve(rig.api, { port: 0, tls: { cert: CERT, key: KEY } })
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      httpsRequest(`${secure.url}/healthz`, { ca: CERT }, (response) => {
        response.resume()
        resolve(response.headers)
      })
        .on('error', reject)
        .end()
    })
    expect(headers['strict-transport-security']).toBe('max-age=31536000')
    await secure.close()
  })
})
