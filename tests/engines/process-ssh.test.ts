import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomText } from '../../core/base/ids.ts'
import type { SshAccess } from '../../core/contract/index.ts'
import { collect, describeEngine, freePort, outcome, pause, until } from '../../core/engines/conformance.ts'
import { EngineError, type Engine, type InstanceRun } from '../../core/engines/engine.ts'
import { createSshProcessEngine } from '../../core/engines/process/index.ts'
import { openSsh, SshError } from '../../core/hosts/index.ts'
import { sshdMissing, TestSshd } from './sshd.ts'

const missing = sshdMissing()
const OPTIONS = { timeoutMs: 5000, trustedHostKey: null }

if (!missing)
  describeEngine('process, over a real sshd', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'process-ssh-'))
    const sshd = new TestSshd()
    await sshd.start()
    const open = async () => createSshProcessEngine(await openSsh(sshd.access, { ...OPTIONS, trustedHostKey: sshd.hostKey }), { stateDir })
    const probe = await open()
    const { os } = await probe.info()
    await probe.close()
    return {
      open,
      base: {},
      limitsMemory: !os.includes('no memory limits'),
      close: async () => {
        await sshd.close()
        rmSync(stateDir, { recursive: true })
      },
    }
  })

const reasonOf = (error: unknown) => (error instanceof EngineError ? error.reason : String(error))

/** A forwarder in front of the sshd that can cut all connections, or let them hang, after some bytes from the client. */
class Cutter {
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((client) => this.#carry(client))
  port = 0
  bytesLeft = Infinity
  hanging = false

  async start(target: number): Promise<void> {
    this.#target = target
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (address && typeof address === 'object') this.port = address.port
  }

  #target = 0

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  close(): void {
    this.cut()
    this.#server.close()
  }

  #carry(client: Socket): void {
    const server = connect(this.#target, '127.0.0.1')
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        client.destroy()
        server.destroy()
      })
    }
    client.on('data', (data) => {
      if (this.hanging) return
      this.bytesLeft -= data.length
      server.write(data)
      if (this.bytesLeft < 0) this.cut()
    })
    server.on('data', (data) => {
      if (!this.hanging) client.write(data)
    })
  }
}

describe.skipIf(missing !== undefined)('SSH, when things go wrong', () => {
  const sshd = new TestSshd()
  const cutter = new Cutter()
  const stateDir = mkdtempSync(join(tmpdir(), 'process-ssh-'))
  const installation = 'ssh-test'

  beforeAll(async () => {
    await sshd.start()
    await cutter.start(sshd.port)
  })
  afterAll(async () => {
    const engine = await open()
    await Promise.all((await engine.list(installation)).map(({ id }) => engine.remove(id)))
    await engine.close()
    cutter.close()
    await sshd.close()
    rmSync(stateDir, { recursive: true })
  })

  const open = async (access: SshAccess = sshd.access): Promise<Engine> =>
    createSshProcessEngine(await openSsh(access, { ...OPTIONS, trustedHostKey: sshd.hostKey }), { stateDir })
  const runOf = (script: string, more: Partial<InstanceRun> = {}): InstanceRun => ({
    installation,
    id: `probe-${randomText(10)}`,
    app: 'probe',
    revision: 1,
    host: 'here',
    command: ['sh', '-c', script],
    env: {},
    ports: [],
    volumes: [],
    resources: { cpuMillis: 100, memoryBytes: 64 * 2 ** 20 },
    stopSignal: 'SIGTERM',
    ...more,
  })
  const refusal = async (access: SshAccess, trustedHostKey: string | null = sshd.hostKey): Promise<SshError> => {
    const error: unknown = await openSsh(access, { timeoutMs: 2000, trustedHostKey }).then(
      (link) => link.close(),
      (why: unknown) => why,
    )
    if (error instanceof SshError) return error
    throw new Error(`not refused but ${String(error)}`)
  }

  it('reports the key it saw, as ssh-keygen writes it', async () => {
    const link = await openSsh(sshd.access, OPTIONS)
    expect(link.hostKey).toBe(sshd.hostKey)
    await link.close()
    await link.closed
    await expect(link.run('true')).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it('keeps its state in the home of the user, where nobody else may look', async () => {
    const link = await openSsh(sshd.access, OPTIONS)
    const engine = createSshProcessEngine(link)
    expect((await engine.info()).version).toBe('process (sh)')
    expect(statSync(join(sshd.folder, '.spacefort')).mode & 0o777).toBe(0o700)
    await engine.close()
  })

  it('says that nobody listens, and that a name is unknown', async () => {
    expect(await refusal({ ...sshd.access, port: await freePort() })).toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('refuses connections'),
    })
    expect(await refusal({ ...sshd.access, address: 'no-such-host.invalid' })).toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('no-such-host.invalid'),
    })
  })

  it('tells a server that is not SSH from one that says nothing', async () => {
    const loud = createServer((socket) => socket.on('error', () => undefined).end('HTTP/1.0 400 Bad Request\r\n\r\n'))
    const silent = createServer((socket) => socket.on('error', () => undefined))
    for (const server of [loud, silent]) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const portOf = (server: typeof loud) => (server.address() as { port: number }).port
    expect(await refusal({ ...sshd.access, port: portOf(loud) })).toMatchObject({ reason: 'protocol' })
    expect(await refusal({ ...sshd.access, port: portOf(silent) })).toMatchObject({
      reason: 'unreachable',
      message: expect.stringContaining('2000 ms'),
    })
    loud.close()
    silent.close()
  })

  it('refuses a changed host key before it tries to sign in, and shows the offered one', async () => {
    const trusted = `SHA256:${randomBytes(32).toString('base64').replace(/=$/, '')}`
    const error = await refusal({ ...sshd.access, privateKey: sshd.strangerKey() }, trusted)
    expect(error).toMatchObject({ reason: 'host-key', offeredHostKey: sshd.hostKey })
  })

  it('says that a key may not sign in, or cannot be read', async () => {
    expect(await refusal({ ...sshd.access, privateKey: sshd.strangerKey() })).toMatchObject({
      reason: 'auth',
      message: expect.stringContaining(sshd.user),
    })
    expect(await refusal({ ...sshd.access, privateKey: '-----BEGIN NONSENSE-----' })).toMatchObject({
      reason: 'auth',
      message: expect.stringContaining('private key'),
    })
  })

  it('carries more commands at once than one connection may', async () => {
    const link = await openSsh(sshd.access, OPTIONS)
    const run = async (index: number) => {
      const process = await link.run(`sleep 0.5; echo ${index}; exit ${index % 7}`)
      process.stdin.end()
      process.stderr.resume()
      const output = Buffer.concat((await collect(process.stdout)) as Buffer[]).toString()
      return [output.trim().split('\n').at(-1), await process.exitCode]
    }
    const all = await Promise.all(Array.from({ length: 70 }, (_, index) => run(index)))
    expect(all).toEqual(Array.from({ length: 70 }, (_, index) => [String(index), index % 7]))
    await link.close()
  })

  it('makes do with a server that allows fewer sessions than usual', async () => {
    const narrow = new TestSshd()
    await narrow.start(['MaxSessions=2'])
    const link = await openSsh(narrow.access, OPTIONS)
    const codes = Array.from({ length: 30 }, async (_, index) => {
      const process = await link.run(`sleep 0.1; exit ${index}`)
      process.stdout.resume()
      process.stderr.resume()
      return process.exitCode
    })
    expect(await Promise.all(codes)).toEqual(Array.from({ length: 30 }, (_, index) => index))
    await link.close()
    await narrow.close()
  })

  it('notices a peer that has fallen silent within eight seconds', async () => {
    const link = await openSsh({ ...sshd.access, port: cutter.port }, OPTIONS)
    const process = await link.run('sleep 60')
    cutter.hanging = true
    const from = Date.now()
    await link.closed
    expect(Date.now() - from).toBeLessThan(8000)
    expect(await process.exitCode).toBe(255)
    cutter.hanging = false
    cutter.cut()
  })

  it('starts an instance once although the connection is cut anywhere in the start', async () => {
    const engine = await open()
    const secret = 'x'.repeat(60_000)
    for (let bytes = 1000; bytes < 90_000; bytes += 8000) {
      const run = runOf('echo begun; sleep 60', { env: { LARGE: secret } })
      cutter.bytesLeft = Infinity
      const cutEngine = await open({ ...sshd.access, port: cutter.port })
      cutter.bytesLeft = bytes
      const first = await cutEngine.start(run).then(() => 'started', reasonOf)
      expect(['started', 'unreachable']).toContain(first)
      await engine.start(run)
      const found = (await engine.list(installation)).filter(({ id }) => id === run.id)
      expect(found.map(({ state }) => state)).toEqual(['running'])
      const request = { follow: false, tail: 10, signal: new AbortController().signal }
      await until(async () => [await collect(engine.logs(run.id, request))].find((lines) => lines.length > 0))
      expect((await collect(engine.logs(run.id, request))).map((line) => line.text)).toEqual(['begun'])
      await engine.remove(run.id)
      await cutEngine.close()
    }
    cutter.bytesLeft = Infinity
    await engine.close()
  })

  it('ends its streams and calls when the connection breaks', async () => {
    const engine = await open({ ...sshd.access, port: cutter.port })
    const run = runOf('sleep 60')
    await engine.start(run)
    const quiet = new AbortController().signal
    const streams = [collect(engine.changes(quiet)), collect(engine.logs(run.id, { follow: true, tail: 1, signal: quiet }))].map((stream) =>
      stream.then(() => 'ended', reasonOf),
    )
    const session = await engine.exec(run.id, { command: ['sleep', '60'], tty: false, columns: 80, rows: 24 })
    await pause(500)
    cutter.cut()
    for (const result of await Promise.all(streams)) expect(['ended', 'unreachable']).toContain(result)
    expect((await outcome(session)).code).toBe(255)
    await expect(engine.list(installation)).rejects.toMatchObject({ reason: 'unreachable' })
    await expect(engine.ping(1000)).rejects.toMatchObject({ reason: 'unreachable' })
    await expect(engine.dial(22)).rejects.toMatchObject({ reason: 'unreachable' })
    await expect(engine.start(runOf('true'))).rejects.toMatchObject({ reason: 'unreachable' })
  })

  it('lets instances outlive the sshd, and adopts them afterwards', async () => {
    const engine = await open()
    const run = runOf(`trap 'exit 11' TERM; while :; do sleep 0.2; done`)
    await engine.start(run)
    const before = (await engine.list(installation)).find(({ id }) => id === run.id)
    await sshd.kill()
    await expect(engine.list(installation)).rejects.toMatchObject({ reason: 'unreachable' })
    await sshd.start()
    const later = await open()
    expect((await later.list(installation)).find(({ id }) => id === run.id)).toEqual(before)
    await later.start(run)
    await later.stop(run.id, 5000)
    expect((await later.list(installation)).find(({ id }) => id === run.id)).toMatchObject({ state: 'exited', exitCode: 11 })
    await later.close()
  })

  it('gives a command a terminal whose size can change, and hangs up when it is closed', async () => {
    const engine = await open()
    const run = runOf('sleep 60')
    await engine.start(run)
    const request = { tty: true, columns: 90, rows: 30 }
    const session = await engine.exec(run.id, {
      command: ['sh', '-c', 'stty size; trap "stty size; exit 6" WINCH; while :; do sleep 0.1; done'],
      ...request,
    })
    setTimeout(() => session.resize(120, 40), 500)
    const { stdout, code } = await outcome(session)
    expect([stdout.split('\r\n').filter(Boolean), code]).toEqual([['30 90', '40 120'], 6])
    const lasting = await engine.exec(run.id, { command: ['sleep', '4714'], ...request })
    lasting.close()
    expect(await lasting.exitCode).not.toBe(0)
    await engine.close()
  })

  it('blocks a server whose key has changed', async () => {
    const trusted = sshd.hostKey
    await sshd.kill()
    sshd.renewHostKey()
    await sshd.start()
    expect(await refusal(sshd.access, trusted)).toMatchObject({ reason: 'host-key', offeredHostKey: sshd.hostKey })
  })
})
