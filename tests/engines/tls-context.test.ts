import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createCertificates } from './certificates.ts'
import { sharedContext } from '../../core/engines/docker/tls-context.ts'

const dir = mkdtempSync(join(tmpdir(), 'spacefort-tls-'))
afterAll(() => rmSync(dir, { recursive: true }))

describe('parsed certificates', () => {
  it('are shared by all who show the same, and by nobody else', () => {
    const one = createCertificates(join(dir, 'one'), ['127.0.0.1'])
    const other = createCertificates(join(dir, 'other'), ['127.0.0.1'])
    expect(sharedContext({ ...one })).toBe(sharedContext(one))
    expect(sharedContext(other)).not.toBe(sharedContext(one))
    expect(() => sharedContext({ ...one, key: other.key })).toThrow(/mismatch/)
  })
})
