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

/** Written down apart from the contract: whoever changes who may do what, has to mean it. */
const ACCESS: Record<string, string> = {
  'nobody read': 'apps.schema access.signIn access.signInWithCode',
  'viewer read': `system.overview system.attention system.topology system.sampleApp hosts.list hosts.names hosts.facets hosts.get
    hosts.previewDrain apps.list apps.get apps.preview apps.revisions apps.explain apps.logs apps.top instances.list instances.get
    instances.logs events.list events.stream series.query series.names series.apps access.signOut access.me`,
  'viewer system': 'access.listTokens access.createToken access.revokeToken',
  'operator system': 'system.doctor',
  'operator apps': `apps.apply apps.scale apps.restart apps.stop apps.start apps.rollback apps.remove instances.stop instances.openExec
    instances.execOutput instances.execInput instances.closeExec`,
  'operator hosts': 'hosts.retest hosts.retestSteps hosts.cordon hosts.uncordon hosts.scheduleMany hosts.drain',
  'operator secrets': 'secrets.list secrets.set secrets.remove',
  'administrator hosts': `hosts.test hosts.testSteps hosts.add hosts.importMany hosts.importSteps hosts.update hosts.moveTestSteps
    hosts.trustKey hosts.labelMany hosts.remove`,
  'administrator system': 'access.listUsers access.addUser access.updateUser access.removeUser',
}

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
    const declared: Record<string, typeof operations | undefined> = Object.groupBy(
      operations,
      ({ meta }) => `${meta.role ?? 'nobody'} ${meta.scope}`,
    )
    const names = (group: readonly { name: readonly string[] }[] = []) => group.map(({ name }) => name.join('.')).toSorted()
    for (const [access, listed] of Object.entries(ACCESS)) expect(names(declared[access])).toEqual(listed.split(/\s+/).toSorted())
    expect(Object.keys(declared).toSorted()).toEqual(Object.keys(ACCESS).toSorted())
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
