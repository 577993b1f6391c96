import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { includesRole } from '../access/index.ts'
import { API_PREFIX, contract, Role, Scope } from '../contract/index.ts'
import { json, openRig, type Rig } from './fixture.ts'
import { operationsOf } from './operations.ts'

const operations = operationsOf(contract)
/** Enough of a body to be read; whether it fits an operation is decided after access. */
const requestFor = (method: string, headers: Record<string, string>): RequestInit =>
  method === 'GET' ? { headers } : json(method, {}, headers)
const pathOf = (path: string) => `${API_PREFIX}${path.replaceAll(/\{\w+\}/g, 'some-name-1')}`

describe('who may call what', () => {
  let rig: Rig
  beforeAll(
    async () =>
      (rig = await openRig({
        config: { version: '0', readRate: { perSecond: 1e6, burst: 1e6 }, writeRate: { perSecond: 1e6, burst: 1e6 } },
      })),
  )
  afterAll(() => rig.close())

  it('covers the whole contract', () => {
    expect(operations.length).toBeGreaterThan(50)
  })

  it.each(operations.map((operation) => [operation.name.join('.'), operation] as const))('%s', async (_, { method, path, meta }) => {
    const anonymous = await rig.send(pathOf(path), requestFor(method, {}))
    await anonymous.body?.cancel()
    if (meta.role !== null) expect(anonymous.status).toBe(401)
    for (const role of Role.options) {
      for (const scope of Scope.options) {
        const principal = { actor: 'x', user: 'admin', role, scopes: [scope], via: 'token' as const, tokenId: 'x' }
        const response = await rig.send(pathOf(path), requestFor(method, {}), { principal })
        await response.body?.cancel()
        const allowed = meta.role === null || (includesRole(role, meta.role) && scope === meta.scope)
        expect([role, scope, response.status === 403]).toEqual([role, scope, !allowed])
        expect(response.status).not.toBe(500)
      }
    }
  })
})
