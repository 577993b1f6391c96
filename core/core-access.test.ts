import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operationsOf } from './api/operations.ts'
import { silentLogger } from './base/logger.ts'
import { API_PREFIX, contract, Role } from './contract/index.ts'
import { createCore, type Core } from './core.ts'

const AT = 'http://localhost'
const DIGEST = `sha256:${'0'.repeat(64)}`
/** What is not part of the contract, and who may call it. */
const RAW: [string, string, Role | null][] = [
  ['HEAD', `${API_PREFIX}/artifacts/${DIGEST}`, 'viewer'],
  ['PUT', `${API_PREFIX}/artifacts/${DIGEST}`, 'operator'],
  ['GET', `${API_PREFIX}/backup`, 'administrator'],
  ['GET', '/metrics', 'viewer'],
  ['GET', '/healthz', null],
  ['GET', '/openapi.json', null],
  ['GET', '/schemas/app.json', null],
]
const DECLARED = operationsOf(contract)
  // Who may sign in and out is decided by what they show: site.test.ts.
  .filter(({ path }) => !path.startsWith('/session'))
  .map(
    ({ method, path, meta }) =>
      [method, API_PREFIX + path.replaceAll(/\{\w+\}/g, 'never-there'), meta.role] as [string, string, Role | null],
  )

let core: Core
let folder: string
const tokens = new Map<Role, string>()

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-'))
  core = await createCore({ dataDir: folder, logger: silentLogger, samplesDir: resolve(import.meta.dirname, '../resources/samples') })
  const administrator = await core.mintToken('setup')
  for (const role of Role.options) {
    const response = await core.fetch(
      new Request(`${AT}${API_PREFIX}/tokens`, {
        method: 'POST',
        headers: { authorization: `Bearer ${administrator}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name: `as-${role}`, role }),
      }),
    )
    tokens.set(role, ((await response.json()) as { value: string }).value)
  }
})
afterAll(async () => {
  await core.stop()
  rmSync(folder, { recursive: true })
})

async function statusFor(method: string, path: string, role: Role | 'stranger' | null): Promise<number> {
  const token = role === 'stranger' ? 'sf_never-issued' : role && tokens.get(role)
  const headers = new Headers(token ? { authorization: `Bearer ${token}` } : {})
  const hasBody = method !== 'GET' && method !== 'HEAD'
  if (hasBody) headers.set('content-type', 'application/json')
  // Whether the body fits is only looked at once the caller is allowed in.
  const response = await core.fetch(new Request(AT + path, { method, headers, ...(hasBody ? { body: '{}' } : {}) }))
  await response.body?.cancel()
  return response.status
}

describe('the whole core lets in', () => {
  it.each([...DECLARED, ...RAW])('%s %s from %s upwards', async (method, path, needed) => {
    for (const nobody of ['stranger', null] as const) {
      const status = await statusFor(method, path, nobody)
      expect([nobody, status === 401]).toEqual([nobody, needed !== null])
    }
    for (const role of Role.options) {
      const allowed = needed === null || Role.options.indexOf(role) >= Role.options.indexOf(needed)
      const status = await statusFor(method, path, role)
      expect([role, status, status !== 403 && status !== 401]).toEqual([role, status, allowed])
      expect(status).toBeLessThan(500)
    }
  })
})
