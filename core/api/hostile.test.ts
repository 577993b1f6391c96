import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ATTEMPTS_PER_NAME } from '../access/sign-in.ts'
import { Problem } from '../contract/problem.ts'
import { bearer, cookieFrom, json, openRig, type Rig } from './fixture.ts'

/** Machines that do much else at the same time need long for one description of the whole API. */
const SLOW_MS = 30_000
const SESSION = '/api/v1/session'
const APP = '/api/v1/apps/shop'
const log: string[] = []

let rig: Rig
let token: string
beforeEach(async () => {
  log.length = 0
  rig = await openRig({
    logger: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
  })
  token = await rig.tokenFor('administrator')
})
afterEach(() => rig.close())

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  rig.send(path, { method: 'POST', body, headers: bearer(token, { 'content-type': 'application/json', ...headers }) })

describe('a body', () => {
  it.each([
    ['deep lists', `{"instances":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['deep objects', `{"instances":${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}}`],
    ['half a document', '['.repeat(1_000_000)],
    ['a number that is none', '{"instances":1e999}'],
    ['many fields', `{${Array.from({ length: 100_000 }, (_, index) => `"f${index}":1`).join()}}`],
    ['a name of a megabyte', `{"${'n'.repeat(2 ** 20)}":1}`],
    ['a prototype', '{"instances":1,"__proto__":{"role":"administrator"},"constructor":{"prototype":{"role":"administrator"}}}'],
  ])('of %s is refused, and nothing is polluted by it', async (_, body) => {
    const response = await post(`${APP}/scale`, body)
    expect(response.status).toBe(400)
    const problem = Problem.parse(await response.json())
    expect(problem.issues?.length).toBeGreaterThan(0)
    expect(JSON.stringify(problem).length).toBeLessThan(3 * 2 ** 20)
    expect(({} as Record<string, unknown>).role).toBeUndefined()
  })

  it('with a field twice means the last one, for the check and for the deed', async () => {
    expect((await post(`${APP}/scale`, '{"instances":"x","instances":1}')).status).toBe(409)
    expect((await post(`${APP}/scale`, '{"instances":1,"instances":"x"}')).status).toBe(400)
  })

  it('that does not arrive is not waited for', async () => {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('{"name":')) })
    const init = { method: 'POST', body, duplex: 'half', headers: { 'content-type': 'application/json' } } as RequestInit
    const impatient = await openRig({ config: { version: '0', requestTimeoutMs: 100 } })
    const response = await impatient.send(SESSION, init)
    await impatient.close()
    expect(await response.json()).toMatchObject({ code: 'BAD_REQUEST', detail: expect.stringContaining('did not arrive') })
  })
})

describe('guessing passwords', () => {
  it(
    'is told when to go on, in a header and in the answer',
    async () => {
      const attempt = () => rig.send(SESSION, json('POST', { name: 'olga', password: 'wrong' }))
      const attempts = await Promise.all(Array.from({ length: ATTEMPTS_PER_NAME }, attempt))
      expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 401))
      const refused = await attempt()
      expect(refused.status).toBe(429)
      const { retryAfterSeconds } = Problem.parse(await refused.json())
      expect(retryAfterSeconds).toBeGreaterThan(60)
      expect(refused.headers.get('retry-after')).toBe(String(retryAfterSeconds))
    },
    SLOW_MS,
  )
})

describe('a stream', () => {
  it('is not for the page of another site, the session cookie or not', async () => {
    const { code } = await rig.access.signIn.createCode('admin')
    const cookie = cookieFrom(await rig.send(`${SESSION}/code`, json('POST', { code }, { origin: 'http://localhost:8180' })))
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }])
      expect((await rig.send('/api/v1/events/stream', { headers: { cookie, ...headers } })).status).toBe(403)
    const own = await rig.send('/api/v1/events/stream', { headers: { cookie, 'sec-fetch-site': 'same-origin' } })
    expect(own.headers.get('content-type')).toContain('text/event-stream')
    await own.body?.cancel()
  })
})

describe('every answer', () => {
  it.each(['/', '/healthz', '/docs', '/nothing', '/api/v1/apps', '/api/v1/nothing', '/api/v1/backup', '/openapi.json'])(
    'of %s forbids framing, sniffing and foreign scripts',
    async (path) => {
      const { headers } = await rig.send(path)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("script-src 'self';")
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      for (const name of ['server', 'x-powered-by', 'via']) expect(headers.has(name)).toBe(false)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toBeTruthy()
    },
    SLOW_MS,
  )
})

describe('what a proxy may say', () => {
  it('is not believed of anybody: address, name and scheme are those of the connection', async () => {
    const strict = await openRig({ config: { version: '0', readRate: { perSecond: 1, burst: 3 } } })
    const says = (headers: Record<string, string>) => strict.send('/api/v1/apps', { headers })
    const statuses = []
    for (let round = 0; round < 5; round++)
      statuses.push((await says({ 'x-forwarded-for': `10.0.0.${round}`, forwarded: `for=10.0.0.${round}` })).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    await strict.close()
    const named = await rig.send('http://evil.example/healthz', { headers: { 'x-forwarded-host': 'localhost', host: 'localhost' } })
    expect(named.status).toBe(403)
    const secure = await rig.send('/healthz', { headers: { 'x-forwarded-proto': 'https' } })
    expect(secure.headers.has('strict-transport-security')).toBe(false)
  })
})

describe('the log', () => {
  it('holds no credential, wherever somebody puts it, and no line that somebody else wrote', async () => {
    const { code } = await rig.access.signIn.createCode('admin')
    const forged = '{"level":60,"msg":"forged"}'
    const signedIn = await rig.send(`${SESSION}/code`, json('POST', { code }))
    const cookie = cookieFrom(signedIn)
    await rig.send(`${SESSION}?token=${token}&code=${code}`, { headers: { cookie } })
    await rig.send(`/api/v1/apps/%0A${encodeURIComponent(forged)}%0A`, {
      headers: bearer(token, { 'user-agent': forged, referer: forged }),
    })
    await rig.send('/api/v1/apps')
    await rig.send(`/api/v1/exec/${'k'.repeat(32)}/output`, { headers: bearer(token) })
    await post(`/api/v1/apps/\u2028${forged}`, `{"note":"\\n${'x'.repeat(10)}"}`)
    expect(log.length).toBeGreaterThan(4)
    for (const line of log) {
      expect(line.indexOf('\n')).toBe(line.length - 1)
      expect(JSON.parse(line)).toMatchObject({ level: expect.toSatisfy((level) => level === 20 || level === 30), msg: 'request' })
    }
    const refused = log.map((line) => JSON.parse(line) as { level: number; status: number }).filter(({ level }) => level === 30)
    expect(refused.map(({ status }) => status)).toContain(401)
    for (const secret of [token, code, cookie.split('=')[1] ?? '?', 'k'.repeat(32)]) expect(log.join('')).not.toContain(secret)
  })
})
