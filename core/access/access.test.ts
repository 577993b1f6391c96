import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../base/clock.ts'
import type { Principal } from '../base/routing.ts'
import { Store } from '../store/index.ts'
import { Access, desktopPrincipal } from './access.ts'
import { CODE_MS, SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from './credentials.ts'
import { ATTEMPTS_PER_NAME, type Origin } from './sign-in.ts'

const PASSWORD = 'correct horse battery'
const HERE: Origin = { remote: '127.0.0.1', replaces: null }

let clock: FakeClock
let store: Store
let access: Access

beforeEach(async () => {
  clock = new FakeClock()
  store = await Store.open(':memory:', clock)
  access = new Access({ store, clock })
  await access.users.ensureAdministrator()
})
afterEach(() => store.close())

const session = (value: string) => access.authenticate({ kind: 'session', value })
const kinds = async () => (await store.readEvents({}, { limit: 100 })).map((event) => event.kind)
const addOlga = () => access.users.add({ name: 'olga', role: 'operator', password: PASSWORD }, 'admin')
const signInOlga = (password = PASSWORD, origin = HERE) => access.signIn.withPassword({ name: 'olga', password }, origin)

describe('the first start', () => {
  it('makes an administrator without a password, once', async () => {
    expect(await access.users.ensureAdministrator()).toBe('admin')
    expect(await access.users.list()).toEqual([expect.objectContaining({ name: 'admin', role: 'administrator' })])
    await expect(access.signIn.withPassword({ name: 'admin', password: '' }, HERE)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('lets the administrator in by a code, once and for ten minutes', async () => {
    const { code } = await access.signIn.createCode('admin')
    const [first, second] = await Promise.allSettled([access.signIn.withCode(code, HERE), access.signIn.withCode(code, HERE)])
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected'])
    const late = await access.signIn.createCode('admin')
    clock.advance(CODE_MS)
    await expect(access.signIn.withCode(late.code, HERE)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('does not take a code for a session or a token', async () => {
    const { code } = await access.signIn.createCode('admin')
    expect(await session(code)).toBeNull()
    expect(await access.authenticate({ kind: 'token', value: code })).toBeNull()
  })
})

describe('sessions', () => {
  it('begin with the right password, and are known by their value only', async () => {
    await addOlga()
    const signedIn = await signInOlga()
    expect(await session(signedIn.session)).toMatchObject({ actor: 'olga', user: 'olga', role: 'operator', via: 'session' })
    expect(await session(`${signedIn.session}x`)).toBeNull()
    const rows = await store.db.selectFrom('tokens').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(signedIn.session)
    expect(rows[0]?.hash).toBe(createHash('sha256').update(signedIn.session).digest('hex'))
  })

  it('end when idle for twelve hours, and after seven days whatever happens', async () => {
    await addOlga()
    const idle = await signInOlga()
    clock.advance(SESSION_IDLE_MS - 1)
    expect(await session(idle.session)).not.toBeNull()
    clock.advance(SESSION_IDLE_MS)
    expect(await session(idle.session)).toBeNull()

    const busy = await signInOlga()
    for (let hours = 0; hours < SESSION_ABSOLUTE_MS / 3_600_000 - 1; hours++) {
      clock.advance(3_600_000)
      expect(await session(busy.session)).not.toBeNull()
    }
    clock.advance(3_600_000)
    expect(await session(busy.session)).toBeNull()
  })

  it('get a new value at every sign-in, and the old one ends', async () => {
    await addOlga()
    const before = await signInOlga()
    const principal = await session(before.session)
    const after = await signInOlga(PASSWORD, { ...HERE, replaces: principal?.tokenId ?? null })
    expect(after.session).not.toBe(before.session)
    expect(await session(before.session)).toBeNull()
  })

  it('end with a new password, with a sign-out and with the user; a role counts at once', async () => {
    await addOlga()
    const one = await signInOlga()
    await access.users.update('olga', { role: 'viewer' }, 'admin')
    expect(await session(one.session)).toMatchObject({ role: 'viewer' })
    await access.users.update('olga', { password: 'another password' }, 'admin')
    expect(await session(one.session)).toBeNull()
    const two = await signInOlga('another password')
    await access.signIn.end((await session(two.session))?.tokenId ?? '')
    expect(await session(two.session)).toBeNull()
    const three = await signInOlga('another password')
    await access.users.remove('olga', 'admin')
    expect(await session(three.session)).toBeNull()
  })

  it('write their use down at most once a minute', async () => {
    await addOlga()
    const { session: value } = await signInOlga()
    let commits = 0
    const write = store.write.bind(store)
    store.write = (work) => {
      commits += 1
      return write(work)
    }
    clock.advance(60_000)
    for (let second = 0; second < 30; second++) {
      clock.advance(1000)
      await session(value)
    }
    expect(commits).toBe(1)
    await write(async () => undefined)
    const seen = (await access.users.list()).find((user) => user.name === 'olga')?.lastSeenAt
    expect(seen).toBe(clock.now() - 29_000)
  })
})

describe('guessing', () => {
  it('is refused after ten attempts at one name, the right password included, and others are not hindered', async () => {
    await addOlga()
    await access.users.add({ name: 'otto', role: 'viewer', password: PASSWORD }, 'admin')
    const attempts = Array.from({ length: ATTEMPTS_PER_NAME }, () => signInOlga('wrong'))
    for (const attempt of await Promise.allSettled(attempts)) expect(attempt).toMatchObject({ reason: { code: 'UNAUTHENTICATED' } })
    await expect(signInOlga()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      details: { hint: expect.stringMatching(/Try again in \d+ seconds/), retryAfterSeconds: expect.any(Number) },
    })
    await expect(access.signIn.withPassword({ name: 'otto', password: PASSWORD }, HERE)).resolves.toMatchObject({ user: { name: 'otto' } })
  }, 30_000)

  it('says the same of a wrong password and of an unknown name, and keeps no unknown name', async () => {
    await addOlga()
    const wrong = await signInOlga('wrong').catch((error: unknown) => error)
    const unknown = await access.signIn.withPassword({ name: 'hunter2', password: 'x' }, HERE).catch((error: unknown) => error)
    expect(unknown).toEqual(wrong)
    const events = await store.readEvents({ kind: 'user.sign-in-failed' }, { limit: 10 })
    expect(events.map((event) => event.data.user)).toEqual(['olga', null])
  })
})

describe('users', () => {
  it('always include an administrator', async () => {
    for (const act of [() => access.users.remove('admin', 'admin'), () => access.users.update('admin', { role: 'viewer' }, 'admin')])
      await expect(act()).rejects.toMatchObject({ code: 'CONFLICT' })
    await access.users.add({ name: 'second', role: 'administrator', password: PASSWORD }, 'admin')
    await access.users.remove('admin', 'second')
    expect(await access.users.ensureAdministrator()).toBe('second')
  })

  it('have unique names, and every change is an event that holds no password', async () => {
    await addOlga()
    await expect(addOlga()).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    await access.users.update('olga', { password: 'another password' }, 'admin')
    await access.users.remove('olga', 'admin')
    expect(await kinds()).toEqual(['user.added', 'user.added', 'user.changed', 'user.removed'])
    expect(JSON.stringify(await store.readEvents({}, { limit: 10 }))).not.toMatch(/correct horse|another password|scrypt/)
  })
})

describe('tokens', () => {
  const admin: Principal = desktopPrincipal('admin')
  const input = { name: 'pipeline', role: 'operator', scopes: ['read', 'apps'], expiresInDays: 1 } as const

  it('carry their own role and scopes, never more than their owner has now', async () => {
    await access.users.add({ name: 'boss', role: 'administrator', password: PASSWORD }, 'admin')
    const { value } = await access.tokens.create({ ...input, role: 'administrator' }, { ...admin, user: 'boss' })
    const show = () => access.authenticate({ kind: 'token', value })
    expect(await show()).toMatchObject({
      actor: 'token:pipeline',
      user: 'boss',
      role: 'administrator',
      scopes: ['read', 'apps'],
      via: 'token',
    })
    await access.users.update('boss', { role: 'viewer' }, 'admin')
    expect(await show()).toMatchObject({ role: 'viewer' })
    expect(await session(value)).toBeNull()
    clock.advance(24 * 3_600_000)
    expect(await show()).toBeNull()
  })

  it('cannot be given more than their maker may', async () => {
    await expect(access.tokens.create(input, { ...admin, role: 'viewer' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(access.tokens.create(input, { ...admin, scopes: ['read'] })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(access.tokens.create(input, desktopPrincipal('nobody'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('cannot make one that outlives them', async () => {
    const { value } = await access.tokens.create({ ...input, scopes: ['read', 'apps', 'system'], expiresInDays: 2 }, admin)
    const holder = (await access.authenticate({ kind: 'token', value })) as Principal
    const child = (name: string, expiresInDays: number | null) =>
      access.tokens.create({ name, role: 'viewer', scopes: ['read'], expiresInDays }, holder)
    await expect(child('for-ever', null)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(child('longer', 3)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      details: { hint: expect.stringContaining('expiresInDays') },
    })
    await expect(child('shorter', 1)).resolves.toMatchObject({ name: 'shorter' })
  })

  it('are seen and revoked by their owner and by administrators only', async () => {
    await addOlga()
    const { id, value } = await access.tokens.create(input, admin)
    await expect(access.tokens.create(input, admin)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' })
    const olga: Principal = { ...admin, user: 'olga', role: 'operator' }
    expect(await access.tokens.list(olga)).toEqual([])
    await expect(access.tokens.revoke(id, olga)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await access.authenticate({ kind: 'token', value })).not.toBeNull()
    await access.tokens.revoke(id, admin)
    expect(await access.authenticate({ kind: 'token', value })).toBeNull()
    const events = await store.readEvents({ kind: 'token' }, { limit: 10 })
    expect(events.map((event) => event.kind)).toEqual(['token.created', 'token.revoked'])
    expect(JSON.stringify(events)).not.toContain(value)
  })

  it('of the console itself replace the one of the same name', async () => {
    const mint = () => access.tokens.mint({ name: 'local', user: 'admin', role: 'administrator', expiresInDays: null })
    const old = await mint()
    const { value } = await mint()
    expect(await access.authenticate({ kind: 'token', value: old.value })).toBeNull()
    expect(await access.authenticate({ kind: 'token', value })).toMatchObject({ role: 'administrator' })
  })
})
