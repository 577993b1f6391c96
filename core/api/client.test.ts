import { afterEach, beforeEach, expect, it } from 'vitest'
import { os } from '../base/routing.ts'
import { createClient, ORPCError, type Client } from '../contract/client.ts'
import { openRig, type Rig } from './fixture.ts'

let rig: Rig
let client: Client

beforeEach(async () => {
  const logs = os.apps.logs.handler(async function* ({ input }) {
    yield { instance: JSON.stringify(input), host: 'one', stream: 'stdout' as const, at: null, text: '' }
  })
  rig = await openRig({ handlers: { apps: { logs } } })
  const fetch = (request: Request, init?: RequestInit) => rig.api.fetch(new Request(request, init), { remote: '127.0.0.1' })
  client = createClient({ url: 'http://localhost:8180', token: await rig.tokenFor('administrator'), fetch })
})
afterEach(() => rig.close())

const failure = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ORPCError)
  return error as ORPCError<string, unknown>
}

it('calls operations', async () => {
  expect(await client.access.me()).toMatchObject({ name: 'admin', via: 'token' })
  expect(await client.access.addUser({ name: 'olga', role: 'viewer', password: 'long enough, is it' })).toMatchObject({ name: 'olga' })
  expect(await client.access.removeUser({ name: 'olga' })).toEqual({})
})

it('gets errors with the code, the sentence and the fields of the server', async () => {
  const missing = await failure(client.access.removeUser({ name: 'nobody' }))
  expect(missing).toMatchObject({ code: 'NOT_FOUND', status: 404, message: 'there is no user called "nobody"', defined: true })
  const invalid = await failure(client.access.addUser({ name: 'Olga', role: 'viewer', password: 'short' }))
  expect(invalid).toMatchObject({
    code: 'BAD_REQUEST',
    data: { issues: [expect.objectContaining({ field: 'name' }), { field: 'password', message: 'use at least 12 characters' }] },
  })
})

it('gets yes and no through a query as they were meant', async () => {
  for await (const line of await client.apps.logs({ name: 'shop', follow: false, ended: true }))
    expect(JSON.parse(line.instance)).toMatchObject({ name: 'shop', follow: false, ended: true, tail: 200 })
})
