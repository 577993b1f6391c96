import { describe, expect, it } from 'vitest'
import { CONNECTION_KINDS, emptyHostForm, readHostForm } from './host-form.ts'

const PEM = '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n'
const filled = { ...emptyHostForm(), name: 'web-1', address: '10.0.0.1', privateKey: PEM, ca: PEM, cert: PEM, clientKey: PEM }

describe('readHostForm', () => {
  it.each(CONNECTION_KINDS)('a filled form is valid for %s', (kind) => {
    expect(readHostForm({ ...filled, kind })).toMatchObject({ input: { name: 'web-1', connection: { kind } } })
  })
  it('names the fields that are wrong', () => {
    const read = readHostForm({ ...filled, name: 'Web 1', address: 'https://x', privateKey: 'no key' })
    expect('errors' in read && Object.keys(read.errors).sort()).toEqual(['address', 'name', 'privateKey'])
  })
  it('sends only the chosen way to sign in', () => {
    const read = readHostForm({ ...filled, kind: 'ssh', auth: 'password', password: 'pw' })
    expect(read).toMatchObject({ input: { connection: { ssh: { password: 'pw' } } } })
    expect(JSON.stringify(read)).not.toContain('BEGIN')
  })
  it('pins the key that was confirmed', () => {
    const hostKey = `SHA256:${'a'.repeat(43)}`
    expect(readHostForm({ ...filled, kind: 'ssh' }, hostKey)).toMatchObject({ input: { connection: { ssh: { hostKey } } } })
  })
})
