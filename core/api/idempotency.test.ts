import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../base/app-error.ts'
import { os } from '../base/routing.ts'
import { bearer, json, openRig, type Rig } from './fixture.ts'

let rig: Rig
let token: string
let calls = 0
let work: () => Promise<void> = async () => undefined

beforeEach(async () => {
  calls = 0
  work = async () => undefined
  const set = os.secrets.set.handler(async ({ input }) => {
    calls += 1
    await work()
    return { name: input.name, version: calls, updatedAt: 0, updatedBy: 'x', usedBy: [] }
  })
  const cordon = os.hosts.cordon.handler(async () => {
    calls += 1
    await work()
    throw new AppError('CONFLICT', `call ${calls}`)
  })
  rig = await openRig({ handlers: { secrets: { set }, hosts: { cordon } } })
  token = await rig.tokenFor('administrator')
})
afterEach(() => rig.close())

const setSecret = (key: string, value: string, by = token) =>
  rig.send('/api/v1/secrets/db', json('PUT', { value }, bearer(by, { 'idempotency-key': key })))
const cordon = (key: string) => rig.send('/api/v1/hosts/one/cordon', { method: 'POST', headers: bearer(token, { 'idempotency-key': key }) })

describe('Idempotency-Key', () => {
  it('gives the same request the first answer again, and says so', async () => {
    const first = await setSecret('k1', 'secret-value')
    const second = await setSecret('k1', 'secret-value')
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true'])
    expect(await second.text()).toBe(await first.text())
    expect(second.headers.get('content-type')).toBe('application/json')
    expect((await setSecret('k2', 'secret-value')).headers.has('idempotency-replayed')).toBe(false)
    expect(calls).toBe(2)
  })

  it('refuses another request under the same key', async () => {
    await setSecret('k1', 'secret-value')
    const response = await setSecret('k1', 'other-value')
    expect(await response.json()).toMatchObject({ status: 422, code: 'UNPROCESSABLE', issues: [{ field: 'Idempotency-Key' }] })
    expect(calls).toBe(1)
  })

  it('belongs to its caller', async () => {
    await setSecret('k1', 'secret-value')
    const other = await rig.tokenFor('administrator', 'other')
    expect((await setSecret('k1', 'secret-value', other)).headers.has('idempotency-replayed')).toBe(false)
  })

  it('makes a duplicate that comes meanwhile wait for the answer', async () => {
    const gate = Promise.withResolvers<undefined>()
    work = () => gate.promise.then(() => undefined)
    const both = [setSecret('k1', 'v'), setSecret('k1', 'v')]
    await new Promise((resolve) => setTimeout(resolve, 20))
    gate.resolve(undefined)
    const answers = await Promise.all(both)
    expect(answers.map((answer) => answer.headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect(calls).toBe(1)
  })

  it('keeps refusals, and forgets failures so that they can be tried again', async () => {
    await cordon('k1')
    expect(await (await cordon('k1')).json()).toMatchObject({ code: 'CONFLICT', detail: 'call 1' })
    work = () => Promise.reject(new Error('bug'))
    expect((await cordon('k2')).status).toBe(500)
    work = async () => undefined
    expect(await (await cordon('k2')).json()).toMatchObject({ detail: 'call 3' })
  })

  it('is forgotten after a day', async () => {
    await setSecret('k1', 'v')
    rig.clock.advance(24 * 3_600_000)
    expect((await setSecret('k1', 'v')).headers.has('idempotency-replayed')).toBe(false)
    await setSecret('k2', 'v')
    expect(await rig.store.db.selectFrom('idempotency').select('key').execute()).toEqual([{ key: 'k1' }, { key: 'k2' }])
    rig.clock.advance(25 * 3_600_000)
    await setSecret('k3', 'v')
    expect(await rig.store.db.selectFrom('idempotency').select('key').execute()).toEqual([{ key: 'k3' }])
  })

  it('keeps nothing readable', async () => {
    const response = await rig.send(
      '/api/v1/tokens',
      json('POST', { name: 'new', role: 'viewer' }, bearer(token, { 'idempotency-key': 'k1' })),
    )
    const { value } = (await response.json()) as { value: string }
    const [row] = await rig.store.db.selectFrom('idempotency').selectAll().execute()
    expect(value).toMatch(/^sf_/)
    expect(Buffer.from(row?.body ?? '', 'base64').toString('latin1')).not.toContain(value)
    const again = await rig.send(
      '/api/v1/tokens',
      json('POST', { name: 'new', role: 'viewer' }, bearer(token, { 'idempotency-key': 'k1' })),
    )
    expect(await again.json()).toMatchObject({ value })
  })

  it('says that an outcome is unknown when the core was stopped in the middle, unless doing it again is safe', async () => {
    await cordon('k1')
    await setSecret('k2', 'v')
    await rig.store.db.updateTable('idempotency').set({ status: null, body: null }).execute()
    expect(await (await cordon('k1')).json()).toMatchObject({ code: 'CONFLICT', hint: expect.stringContaining('new Idempotency-Key') })
    expect((await setSecret('k2', 'v')).status).toBe(200)
    expect(calls).toBe(3)
  })

  it('must be something that can be kept', async () => {
    for (const key of ['', 'a b', 'x'.repeat(256)]) expect((await setSecret(key, 'v')).status).toBe(400)
  })
})
