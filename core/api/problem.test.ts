import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../base/app-error.ts'
import { os } from '../base/routing.ts'
import { Problem } from '../contract/problem.ts'
import { bearer, json, openRig, type Rig } from './fixture.ts'

let rig: Rig
let token: string
const logged: string[] = []
const thrown = { value: new Error('the password is hunter2') as unknown }

beforeEach(async () => {
  logged.length = 0
  const fail = os.apps.get.handler(() => {
    throw thrown.value
  })
  const wrongOutput = os.system.sampleApp.handler(() => ({ yaml: ['hunter2'] as unknown as string }))
  rig = await openRig({
    handlers: { apps: { get: fail }, system: { sampleApp: wrongOutput } },
    logger: pino({ level: 'warn' }, { write: (line) => void logged.push(line) }),
  })
  token = await rig.tokenFor('administrator')
})
afterEach(() => rig.close())

async function problemOf(response: Response): Promise<Problem> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = Problem.parse(await response.json())
  expect(problem.status).toBe(response.status)
  return problem
}

const send = (path: string, init: RequestInit = {}) =>
  rig.send(`/api/v1${path}`, { ...init, headers: bearer(token, init.headers as Record<string, string>) })

describe('wrong input', () => {
  const spec = { name: 'shop', image: 'shop:1' }
  const apply = async (body: unknown) => problemOf(await send('/apps/shop', json('PUT', body)))

  it.each([
    [
      { ...spec, ports: [{ name: 'web', host: '9000-8000' }] },
      'spec.ports[0].host',
      'a range runs from a lower to a higher port, 1 to 65535',
    ],
    [
      { ...spec, ports: [{ name: 'web', host: true }] },
      'spec.ports[0].host',
      'expected "auto"; or expected number, received boolean; or expected string, received boolean',
    ],
    [{ ...spec, ports: [{ name: 'web', host: 70_000 }] }, 'spec.ports[0].host', 'too big: expected number to be <=65535'],
    [{ ...spec, instances: '3' }, 'spec.instances', 'expected number, received string'],
    [{ ...spec, instnaces: 3 }, 'spec.instnaces', 'there is no such field; check the spelling'],
    [{ ...spec, healthChecks: [{ kind: 'icmp' }] }, 'spec.healthChecks[0].kind', expect.stringContaining('http')],
    [{ name: 'shop' }, 'spec.image', 'give an image, an artifact or at least a command to run'],
    [undefined, 'spec', 'this field is missing: expected object'],
  ])('%j names %s', async (given, field, message) => {
    expect(await apply({ spec: given })).toMatchObject({ code: 'BAD_REQUEST', issues: [{ field, message }] })
  })

  it('in a path and in a query is named, too', async () => {
    expect(await problemOf(await send('/hosts/Not%20A%20Name'))).toMatchObject({ code: 'BAD_REQUEST', issues: [{ field: 'name' }] })
    expect(await problemOf(await send('/apps?limit=100000'))).toMatchObject({ code: 'BAD_REQUEST', issues: [{ field: 'limit' }] })
    expect(await problemOf(await send('/instances?ended=maybe'))).toMatchObject({
      issues: [{ field: 'ended', message: 'expected boolean, received string' }],
    })
    expect((await send('/instances?ended=false')).status).toBe(409)
  })

  it.each([
    ['{"instances":', /not JSON/],
    ['[1]', /not a JSON object/],
    ['"x"', /not a JSON object/],
    ['{"a":"\u00ff"}', /not UTF-8/],
  ])('that is not a JSON object is refused: %s', async (body, detail) => {
    const bytes = Buffer.from(body, 'latin1')
    const problem = await problemOf(
      await send('/apps/shop/scale', { method: 'POST', body: bytes, headers: { 'content-type': 'application/json' } }),
    )
    expect(problem).toMatchObject({ code: 'BAD_REQUEST', detail: expect.stringMatching(detail) })
  })

  it('as a query of a change is refused instead of overlooked', async () => {
    expect(await problemOf(await send('/hosts/one?force=true', { method: 'DELETE' }))).toMatchObject({ code: 'BAD_REQUEST' })
  })
})

describe('what does not exist', () => {
  it('is 404, and 405 with the methods there are', async () => {
    expect(await problemOf(await send('/nothing'))).toMatchObject({ code: 'NOT_FOUND' })
    expect(await problemOf(await rig.send('/nothing.js'))).toMatchObject({ code: 'NOT_FOUND' })
    const response = await send('/apps/shop', json('POST', {}))
    expect(response.headers.get('allow')).toBe('GET, PUT, DELETE')
    expect(await problemOf(response)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
    expect((await rig.send('/', { method: 'POST' })).headers.get('allow')).toBe('GET, HEAD')
  })
})

describe('what an operation throws', () => {
  it('is told as it is when it is meant for callers', async () => {
    thrown.value = new AppError('HOST_UNREACHABLE', 'host "one" does not answer', { details: { hint: 'Look at its cable.' } })
    expect(await problemOf(await send('/apps/shop'))).toEqual({
      type: 'urn:spacefort:problem:host-unreachable',
      title: 'Host unreachable',
      status: 503,
      code: 'HOST_UNREACHABLE',
      detail: 'host "one" does not answer',
      hint: 'Look at its cable.',
    })
    expect(logged).toEqual([])
  })

  it('is hidden otherwise, and logged once under the id the caller gets', async () => {
    thrown.value = new Error('the password is hunter2')
    const problem = await problemOf(await send('/apps/shop'))
    expect(problem).toMatchObject({ status: 500, code: 'INTERNAL', errorId: expect.stringMatching(/^\w{12}$/) })
    expect(JSON.stringify(problem)).not.toContain('hunter2')
    expect(logged.filter((line) => line.includes(problem.errorId ?? '?'))).toHaveLength(1)
    expect(logged).toHaveLength(1)
  })

  it('is a failure of the store when SQLite says so', async () => {
    thrown.value = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    expect(await problemOf(await send('/apps/shop'))).toMatchObject({ status: 507, code: 'STORE_UNAVAILABLE' })
  })

  it('is internal when an answer does not fit the contract', async () => {
    expect(await problemOf(await send('/samples/shop'))).toMatchObject({ code: 'INTERNAL' })
    expect(logged.join()).toContain('Output validation failed')
    expect(logged.join()).toContain('yaml')
    expect(logged.join()).not.toContain('hunter2')
  })
})
