import { describe, expect, it } from 'vitest'
import { CONNECTION_KINDS, emptyHostForm, errorsByField, formOf, moveOf, readHostForm } from './host-form.ts'

const PEM = '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n'
const filled = { ...emptyHostForm(), name: 'web-1', address: '10.0.0.1', privateKey: PEM, ca: PEM, cert: PEM, clientKey: PEM }

describe('readHostForm', () => {
  it.each(CONNECTION_KINDS)('a filled form is valid for %s', (kind) => {
    expect(readHostForm({ ...filled, kind })).toMatchObject({ input: { name: 'web-1', connection: { kind } } })
  })
  it('names the fields that are wrong', () => {
    const read = readHostForm({
      ...filled,
      name: 'Web 1',
      address: 'https://x',
      privateKey: 'no key',
      rack: '!',
      labels: 'x',
      sshPort: null,
    })
    expect('errors' in read && Object.keys(read.errors).sort()).toEqual(['address', 'labels', 'name', 'privateKey', 'rack', 'sshPort'])
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
  it('reads labels and the share of the system', () => {
    const read = readHostForm({ ...filled, labels: 'disk=ssd\ngpu=', reserveCpuMillis: 500, reserveMemoryMib: 1024, reserveDiskGib: 2 })
    const systemReserve = { cpuMillis: 500, memoryBytes: 2 ** 30, diskBytes: 2 ** 31 }
    expect(read).toMatchObject({ input: { labels: { disk: 'ssd', gpu: '' }, systemReserve } })
  })
})

it('finds the field of what the server complains about', () => {
  const errors = errorsByField([
    { field: 'connection.ssh.address', message: 'a' },
    { field: 'labels.!', message: 'b' },
    { field: 'elsewhere', message: 'c' },
  ])
  expect(errors).toEqual({ address: 'a', labels: 'b' })
})

describe('a connection that exists', () => {
  const summary = { kind: 'docker-ssh', address: '10.0.0.1', port: 2222, user: 'ops', path: '/run/docker.sock' } as const
  it('is shown without its secrets', () => {
    expect(formOf(summary)).toMatchObject({ kind: 'docker-ssh', address: '10.0.0.1', sshPort: 2222, user: 'ops', privateKey: '' })
  })
  it('is moved by the fields of its kind only', () => {
    expect(moveOf({ ...formOf(summary), address: ' 10.0.0.9 ' })).toEqual({
      address: '10.0.0.9',
      port: 2222,
      user: 'ops',
      path: '/run/docker.sock',
    })
    expect(moveOf(formOf({ kind: 'docker-tls', address: 'x', port: 99 }))).toEqual({ address: 'x', port: 99 })
  })
})
