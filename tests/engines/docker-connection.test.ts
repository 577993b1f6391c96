import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Connection, type TestStep } from '../../core/contract/index.ts'
import { connectEngine } from '../../core/engines/connect.ts'
import { testConnection } from '../../core/engines/connection-test.ts'
import { freePort } from '../../core/engines/conformance.ts'
import { createCertificates, type Certificates } from './certificates.ts'
import { startDockerHost, whyNoDocker, type DockerHost } from './docker-host.ts'
import { sshdMissing, TestSshd } from './sshd.ts'

const OPTIONS = { trustedHostKey: null, timeoutMs: 3000 }

describe.skipIf(whyNoDocker() ?? sshdMissing())('testing a connection step by step', () => {
  const folder = mkdtempSync(join(tmpdir(), 'connection-'))
  const stateDir = join(folder, 'state')
  const sshd = new TestSshd()
  const servers: Server[] = []
  let host: DockerHost
  let stranger: Certificates

  const test = async (connection: Record<string, unknown>, options: Partial<typeof OPTIONS> & { trustedHostKey?: string | null } = {}) =>
    testConnection(Connection.parse(connection), { ...OPTIONS, stateDir, ...options })
  const tls = (more: Record<string, unknown> = {}) => ({
    kind: 'docker-tls',
    address: '127.0.0.1',
    port: host.tlsPort,
    ...host.certificates,
    ...more,
  })
  const tunnel = (more: Record<string, unknown> = {}) => ({ kind: 'docker-ssh', ssh: { ...sshd.access, ...more }, path: host.socket })
  const statuses = (steps: readonly TestStep[]) => steps.map(({ status }) => status.slice(0, 4)).join(' ')
  const failed = (steps: readonly TestStep[]) => steps.find(({ status }) => status === 'failed')
  const serve = async (answer: (socket: Socket) => void): Promise<number> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      answer(socket)
    })
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  beforeAll(async () => {
    host = await startDockerHost()
    stranger = createCertificates(join(folder, 'stranger'), ['127.0.0.1'])
    await sshd.start()
  })
  afterEach(() => {
    host.thaw()
    for (const server of servers.splice(0)) server.close()
  })
  afterAll(async () => {
    await sshd.close()
    await host.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('passes every step that applies, for all five kinds of connection', async () => {
    const results = await Promise.all(
      [{ kind: 'local' }, { kind: 'docker-socket', path: host.socket }, tls(), tunnel(), { kind: 'ssh', ssh: sshd.access }].map((each) =>
        test(each),
      ),
    )
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true, true])
    expect(results.map(({ steps }) => statuses(steps))).toEqual([
      'skip skip skip pass pass',
      'pass skip pass pass pass',
      'pass skip pass pass pass',
      'pass pass pass pass pass',
      'pass pass pass pass pass',
    ])
    expect(results.map(({ hostKey }) => hostKey)).toEqual([undefined, undefined, undefined, sshd.hostKey, sshd.hostKey])
    expect(results[2]?.steps[3]?.detail).toMatch(/^Docker \d+\.\d+\.\d+ \(API \d\.\d+\) on /)
    expect(results[2]?.steps[4]?.detail).toMatch(/CPU, .* GiB memory, size of the disk unknown$/)
    expect(results[3]?.steps[4]?.detail).toMatch(/GiB disk$/)
  })

  it('opens the engine of every kind of connection, with the fingerprint it saw', async () => {
    for (const connection of [
      { kind: 'local' },
      { kind: 'docker-socket', path: host.socket },
      tls(),
      tunnel(),
      { kind: 'ssh', ssh: sshd.access },
    ]) {
      const { engine, hostKey } = await connectEngine(Connection.parse(connection), { ...OPTIONS, stateDir })
      await engine.ping(3000)
      expect([engine.kind, hostKey]).toEqual([
        connection.kind.startsWith('docker') ? 'docker' : 'process',
        'ssh' in connection ? sshd.hostKey : null,
      ])
      await engine.close()
    }
  })

  it('says that there is no socket, or nobody behind it', async () => {
    const missing = await test({ kind: 'docker-socket', path: join(folder, 'no.sock') })
    expect([missing.ok, statuses(missing.steps)]).toEqual([false, 'fail skip skip skip skip'])
    expect(failed(missing.steps)?.detail).toContain('there is no such socket')
    expect(failed(missing.steps)?.hint).toContain('systemctl status docker')
  })

  it('says that an engine hangs', async () => {
    host.freeze()
    const [socket, tcp, ssh] = await Promise.all([test({ kind: 'docker-socket', path: host.socket }), test(tls()), test(tunnel())])
    expect(statuses(socket.steps)).toBe('pass skip pass fail skip')
    expect(failed(socket.steps)?.detail).toContain('did not answer within 3 s')
    expect(statuses(tcp.steps)).toBe('pass skip skip fail skip')
    expect(statuses(ssh.steps)).toBe('pass pass pass fail skip')
    expect(failed(ssh.steps)?.detail).toContain('no Docker Engine answers')
  })

  it('says that nothing listens at the port', async () => {
    const { steps } = await test(tls({ port: await freePort() }))
    expect(statuses(steps)).toBe('fail skip skip skip skip')
    expect(failed(steps)).toMatchObject({
      detail: expect.stringContaining('nothing listens there'),
      hint: expect.stringContaining('dockerd started with -H tcp'),
    })
  })

  it.each([
    ['an engine certificate of another CA', () => tls({ ca: stranger.ca }), 'was not signed by the CA given here'],
    ['an engine certificate for another name', () => tls({ address: 'localhost' }), 'is for another name or address'],
    [
      'a client certificate of another CA',
      () => tls({ cert: stranger.cert, key: stranger.key }),
      'Docker answered, but refused our client certificate',
    ],
    ['a key that does not fit the certificate', () => tls({ key: stranger.key }), 'do not belong together'],
    [
      'a PEM text that is damaged',
      () => tls({ cert: '-----BEGIN CERTIFICATE-----\nnot base64!\n-----END CERTIFICATE-----' }),
      'cannot be read',
    ],
  ])('tells %s', async (_name, connection, detail) => {
    const { ok, steps } = await test(connection())
    expect([ok, statuses(steps)]).toEqual([false, 'pass skip fail skip skip'])
    expect(failed(steps)?.detail).toContain(detail)
    expect(failed(steps)?.hint).not.toBe('')
    expect(JSON.stringify(steps)).not.toContain('PRIVATE KEY')
  })

  it.each([
    ['HTTP', (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))],
    ['SSH', (socket: Socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    ['nothing, and hangs up', (socket: Socket) => socket.once('data', () => socket.destroy())],
  ])('tells a port that speaks %s instead of TLS', async (_name, answer) => {
    const { steps } = await test(tls({ port: await serve(answer) }))
    expect(statuses(steps)).toBe('pass skip fail skip skip')
    expect(failed(steps)?.detail).toMatch(/does not speak TLS|right after the TLS handshake/)
  })

  it('says how far an SSH connection came', async () => {
    const wrongKey = `SHA256:${'A'.repeat(43)}`
    const [nobody, noSsh, changed, given, refused, noSocket] = await Promise.all([
      test(tunnel({ port: await freePort() })),
      test(tunnel({ port: await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')) })),
      test(tunnel(), { trustedHostKey: wrongKey as never }),
      test(tunnel({ hostKey: wrongKey })),
      test(tunnel({ privateKey: sshd.strangerKey() })),
      test({ ...tunnel(), path: '/run/no-such.sock' }),
    ])
    expect([nobody, noSsh, changed, given, refused, noSocket].map(({ steps }) => statuses(steps))).toEqual([
      'fail skip skip skip skip',
      'fail skip skip skip skip',
      'pass fail skip skip skip',
      'pass fail skip skip skip',
      'pass pass fail skip skip',
      'pass pass pass fail skip',
    ])
    expect(changed.hostKey).toBe(sshd.hostKey)
    expect(failed(changed.steps)?.detail).toContain(sshd.hostKey)
    expect(failed(refused.steps)?.hint).toContain('authorized_keys')
    expect(failed(noSocket.steps)?.detail).toContain('there is no such socket on the host')
  })
})
