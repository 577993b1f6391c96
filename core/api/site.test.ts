import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { desktopPrincipal } from '../access/index.ts'
import { bearer, cookieFrom, json, openRig, type Rig } from './fixture.ts'

const SESSION = '/api/v1/session'
const ORIGIN = { origin: 'http://localhost:8180' }

let rig: Rig
beforeEach(async () => (rig = await openRig()))
afterEach(() => rig.close())

async function signIn(headers: Record<string, string> = {}): Promise<Response> {
  const { code } = await rig.access.signIn.createCode('admin')
  return rig.send(`${SESSION}/code`, json('POST', { code }, { ...ORIGIN, ...headers }))
}

describe('the session cookie', () => {
  it('is as strict as browsers can be told', async () => {
    const cookie = (await signIn()).headers.get('set-cookie')
    expect(cookie).toMatch(/^spacefort-8180=sf_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Expires=[^;]+$/)
  })

  it('is Secure and bound to the host under TLS', async () => {
    const { code } = await rig.access.signIn.createCode('admin')
    const response = await rig.send('https://localhost/api/v1/session/code', json('POST', { code }))
    expect(response.headers.get('set-cookie')).toMatch(/^__Host-spacefort=.*; Secure$/)
    expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000')
  })

  it('signs in, is renewed by another sign-in, and ends by signing out', async () => {
    const cookie = cookieFrom(await signIn())
    const me = await rig.send(SESSION, { headers: { cookie } })
    expect(await me.json()).toMatchObject({ name: 'admin', role: 'administrator', via: 'session' })

    const renewed = cookieFrom(await signIn({ cookie }))
    expect(renewed).not.toBe(cookie)
    expect((await rig.send(SESSION, { headers: { cookie } })).status).toBe(401)

    const out = await rig.send(SESSION, { method: 'DELETE', headers: { cookie: renewed, ...ORIGIN } })
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0')
    expect((await rig.send(SESSION, { headers: { cookie: renewed } })).status).toBe(401)
  })

  it('is not taken from outside: a value that somebody planted is never a session', async () => {
    const planted = 'spacefort-8180=sf_planted'
    const response = await signIn({ cookie: planted })
    expect(response.status).toBe(200)
    expect(cookieFrom(response)).not.toBe(planted)
    expect((await rig.send(SESSION, { headers: { cookie: planted } })).status).toBe(401)
  })

  it('does not work as a bearer token, nor a token as a cookie, nor anything in the URL', async () => {
    const value = cookieFrom(await signIn()).split('=')[1] ?? ''
    const token = await rig.tokenFor('viewer')
    expect((await rig.send(SESSION, { headers: bearer(value) })).status).toBe(401)
    expect((await rig.send(SESSION, { headers: { cookie: `spacefort-8180=${token}` } })).status).toBe(401)
    expect((await rig.send(`${SESSION}?access_token=${token}&token=${token}`)).status).toBe(401)
  })
})

describe('a page of another site', () => {
  const scale = (headers: Record<string, string>) => rig.send('/api/v1/apps/shop/scale', json('POST', { instances: 1 }, headers))

  it('cannot change anything with the cookie', async () => {
    const cookie = cookieFrom(await signIn())
    expect((await scale({ cookie, ...ORIGIN })).status).toBe(409)
    expect((await scale({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(409)
    for (const headers of [
      {},
      { origin: 'http://evil.example' },
      { origin: 'http://localhost:3000' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
      { ...ORIGIN, 'sec-fetch-site': 'cross-site' },
    ])
      expect([headers, (await scale({ cookie, ...headers })).status]).toEqual([headers, 403])
  })

  it('cannot send a form or plain text either', async () => {
    const cookie = cookieFrom(await signIn())
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await scale({ cookie, ...ORIGIN, 'content-type': type })).status).toBe(400)
  })

  it('cannot read anything: no answer allows another origin', async () => {
    const token = await rig.tokenFor('viewer')
    const response = await rig.send(SESSION, { headers: bearer(token, { origin: 'http://evil.example' }) })
    expect(response.status).toBe(403)
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  })

  it('may link to the screens, which nobody may frame', async () => {
    const response = await rig.send('/healthz', { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })
})

describe('the name the console is called by', () => {
  const at = (origin: string, context = {}) => rig.send(`${origin}/healthz`, {}, context)

  it('must be one it knows, so that a rebound DNS name reaches nothing', async () => {
    for (const known of ['http://127.0.0.1:8180', 'http://[::1]:8180', 'http://LOCALHOST', 'app://console'])
      expect((await at(known)).status).toBe(200)
    for (const strange of [
      'http://evil.example:8180',
      'http://localhost.evil.example',
      'http://localhost.',
      'http://10.0.0.5',
      'app://other',
    ])
      expect([strange, (await at(strange)).status]).toEqual([strange, 403])
  })

  it('may be given by the configuration or by the server', async () => {
    expect((await at('http://console.example', { allowedHosts: ['console.example'] })).status).toBe(200)
    const named = await openRig({ config: { version: '0', allowedHosts: ['console.example'] } })
    expect((await named.send('http://console.example/healthz')).status).toBe(200)
    await named.close()
  })

  it('is "console" in the desktop window, which needs neither cookie nor token', async () => {
    const principal = desktopPrincipal('admin')
    const me = await rig.send(`app://console${SESSION}`, { headers: { origin: 'app://console' } }, { principal })
    expect(await me.json()).toMatchObject({ name: 'admin', role: 'administrator', via: 'desktop' })
    expect((await rig.send(`app://console${SESSION}`, { headers: { origin: 'https://evil.example' } }, { principal })).status).toBe(403)
    expect((await rig.send(`app://console${SESSION}`)).status).toBe(401)
  })
})
