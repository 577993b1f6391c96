import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../core/base/logger.ts'
import type { Event, Host, Instance } from '../../core/contract/index.ts'
import { createCore, type Core } from '../../core/core.ts'
import { until } from '../../core/engines/conformance.ts'
import { sshdMissing, TestSshd } from './sshd.ts'

describe.skipIf(sshdMissing() !== undefined)('a host whose SSH key changes', { timeout: 60_000 }, () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'spacefort-host-key-'))
  const sshd = new TestSshd()
  let core: Core

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const request = new Request(`http://localhost/api/v1${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const response = await core.fetch(request, { principal: 'desktop' })
    if (!response.ok) throw new Error(await response.text())
    return (await response.json()) as T
  }
  const host = () => call<Host>('GET', '/hosts/edge')
  const becomes = (status: Host['status']) => until(async () => (await host()).status === status || undefined, 30_000)
  const instances = async () => (await call<{ items: Instance[] }>('GET', '/instances?app=idle')).items

  beforeAll(async () => {
    await sshd.start()
    core = await createCore({ dataDir, logger: silentLogger })
    await core.start()
  }, 60_000)
  afterAll(async () => {
    await core.stop()
    await sshd.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('is blocked, gets nothing sent, and takes its instances back once the key is trusted', async () => {
    await call('POST', '/hosts/workstation/cordon')
    await call('POST', '/hosts', { name: 'edge', connection: { kind: 'ssh', ssh: sshd.access } })
    await becomes('ready')
    const pinned = sshd.hostKey
    expect((await host()).connection.hostKey).toBe(pinned)
    await call('PUT', '/apps/idle', { spec: { name: 'idle', command: ['sleep', '3600'] } })
    await until(async () => (await instances()).some(({ status }) => status === 'running') || undefined, 30_000)
    const before = (await instances()).map(({ id }) => id)

    await sshd.kill()
    sshd.renewHostKey()
    await sshd.start()
    await becomes('blocked')
    expect(await host()).toMatchObject({ offeredHostKey: sshd.hostKey, connection: { hostKey: pinned } })
    await expect(call('POST', '/hosts/edge/trust-key', { hostKey: pinned })).rejects.toThrow('CONFLICT')

    await call('POST', '/hosts/edge/trust-key', { hostKey: sshd.hostKey })
    await becomes('ready')
    await until(async () => (await instances()).every(({ status }) => status === 'running') || undefined, 30_000)
    expect((await instances()).map(({ id }) => id)).toEqual(before)
    const { items } = await call<{ items: Event[] }>('GET', '/events?host=edge&limit=100')
    const kinds = items.map(({ kind }) => kind).filter((kind) => kind.startsWith('host.'))
    expect(kinds.reverse().filter((kind) => kind !== 'host.unreachable')).toEqual([
      'host.added',
      'host.ready',
      'host.key-pinned',
      'host.blocked',
      'host.key-trusted',
      'host.ready',
    ])
    await call('DELETE', '/apps/idle')
    await until(async () => (await call<{ total: number }>('GET', '/apps')).total === 0 || undefined, 30_000)
  })
})
