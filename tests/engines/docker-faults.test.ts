import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { randomText } from '../../core/base/ids.ts'
import { collect, freePort, until } from '../../core/engines/conformance.ts'
import { createDockerEngine, tlsTransport, unixTransport } from '../../core/engines/docker/index.ts'
import { EngineError, type Engine, type InstanceRun } from '../../core/engines/engine.ts'
import { startDockerHost, TEST_IMAGE, whyNoDocker, type DockerHost } from './docker-host.ts'

const TIMEOUT_MS = 2000

describe.skipIf(whyNoDocker())('Docker when things go wrong', () => {
  const installation = `faults-${randomText(8)}`
  let host: DockerHost
  let engine: Engine
  const servers: Server[] = []

  const open = () => createDockerEngine({ transport: unixTransport(host.socket), timeoutMs: TIMEOUT_MS })
  const runOf = (more: Partial<InstanceRun> = {}): InstanceRun => ({
    installation,
    id: `probe-${randomText(10)}`,
    app: 'probe',
    revision: 1,
    host: 'test-host',
    image: TEST_IMAGE,
    command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.2; done'],
    env: {},
    ports: [],
    volumes: [],
    resources: { cpuMillis: 100, memoryBytes: 64 * 2 ** 20 },
    stopSignal: 'SIGTERM',
    ...more,
  })
  const failure = async (work: Promise<unknown>): Promise<EngineError> => {
    const error: unknown = await work.then(
      () => 'it succeeded',
      (thrown: unknown) => thrown,
    )
    if (error instanceof EngineError) return error
    throw new Error(`not an EngineError: ${String(error)}`)
  }
  const within = async <T>(limitMs: number, work: Promise<T>): Promise<T> => {
    const from = Date.now()
    const result = await work
    expect(Date.now() - from).toBeLessThan(limitMs)
    return result
  }

  beforeAll(async () => {
    host = await startDockerHost()
    engine = open()
  })
  afterEach(async () => {
    host.thaw()
    await until(() =>
      engine.ping(1000).then(
        () => true,
        () => undefined,
      ),
    )
    await Promise.all((await engine.list(installation)).map(({ id }) => engine.remove(id)))
    for (const server of servers.splice(0)) server.close()
  })
  afterAll(async () => {
    await engine.close()
    await host.stop()
  })

  it('refuses a missing image by its name and with what the registry said', async () => {
    const image = `127.0.0.1:${await freePort()}/nobody/nothing:7`
    const error = await failure(engine.start(runOf({ image })))
    expect(error.reason).toBe('refused')
    expect(error.message).toContain(`image "${image}" is not on the host and cannot be pulled`)
    expect(error.message).toContain('connection refused')
    expect(await engine.list(installation)).toEqual([])
  })

  it('refuses an instance without an image', async () => {
    const run = runOf()
    delete run.image
    expect((await failure(engine.start(run))).reason).toBe('refused')
  })

  it('refuses a port that a container has, or another program, and leaves nothing that holds up the next start', async () => {
    const port = await freePort()
    const ports = [{ name: 'http', protocol: 'tcp', hostPort: port, containerPort: 80 } as const]
    const first = runOf({ ports })
    await engine.start(first)
    const second = runOf({ ports })
    const taken = await failure(engine.start(second))
    expect([taken.reason, taken.message]).toEqual(['refused', expect.stringContaining(`port ${port} of the host is taken`)])
    await engine.remove(first.id)

    const stranger = createServer()
    servers.push(stranger)
    stranger.listen(port, '0.0.0.0')
    await once(stranger, 'listening')
    const alsoTaken = await failure(engine.start(second))
    expect([alsoTaken.reason, alsoTaken.message]).toEqual(['refused', expect.stringContaining(`port ${port} of the host is taken`)])
    stranger.close()

    await engine.start(second)
    expect(await engine.list(installation)).toMatchObject([{ id: second.id, state: 'running' }])
  })

  it('refuses what would touch a container of somebody else', async () => {
    const run = runOf()
    await host.docker('run', '-d', '--name', `spacefort-${run.id}`, TEST_IMAGE, 'sleep', '1000')
    expect((await failure(engine.start(run))).reason).toBe('refused')
    await engine.stop(run.id, 0)
    await engine.remove(run.id)
    expect(await host.docker('ps', '-q', '--filter', `name=spacefort-${run.id}`)).not.toBe('')
    await host.docker('rm', '-f', `spacefort-${run.id}`)
  })

  it('lists a copy of an instance by its own id, by which it can be removed without touching the instance', async () => {
    const run = runOf()
    await engine.start(run)
    const labels = Object.entries({ installation, instance: run.id, app: 'probe', revision: 1 }).flatMap(([key, value]) => [
      '-l',
      `spacefort.${key}=${value}`,
    ])
    const copy = await host.docker('run', '-d', '--name', `copy-${run.id}`, ...labels, TEST_IMAGE, 'sleep', '1000')
    expect((await engine.list(installation)).map(({ id }) => id).sort()).toEqual([copy, run.id].sort())
    await engine.stop(copy, 0)
    await engine.remove(copy)
    expect(await engine.list(installation)).toMatchObject([{ id: run.id, state: 'running' }])
  })

  it('goes on with an instance that was created but not started', async () => {
    const run = runOf()
    const labels = Object.entries({ installation, instance: run.id, app: 'probe', revision: 1 }).flatMap(([key, value]) => [
      '-l',
      `spacefort.${key}=${value}`,
    ])
    await host.docker('create', '--name', `spacefort-${run.id}`, ...labels, TEST_IMAGE, 'sleep', '1000')
    expect(await engine.list(installation)).toMatchObject([{ id: run.id, state: 'starting', startedAt: null }])
    await engine.start(run)
    expect(await engine.list(installation)).toMatchObject([{ id: run.id, state: 'running' }])
  })

  it('sees a restart behind its back, also while it remembers states', async () => {
    const run = runOf()
    await engine.start(run)
    const abort = new AbortController()
    const watching = collect(engine.changes(abort.signal))
    await sleep(300)
    const [before] = await engine.list(installation)
    await host.docker('restart', '-t', '1', `spacefort-${run.id}`)
    await until(async () => ((await engine.list(installation))[0]?.startedAt ?? 0) > (before?.startedAt ?? 0) || undefined)
    abort.abort()
    await watching
  })

  it('calls an engine that hangs unreachable, in time, whatever it is asked', async () => {
    const run = runOf()
    await engine.start(run)
    const session = await engine.exec(run.id, { command: ['cat'], tty: false, columns: 80, rows: 24 })
    host.freeze()
    const check = { kind: 'command' as const, command: ['true'], grace: '1s', interval: '1s', timeout: '1s', failures: 1 }
    const asked = [
      engine.ping(500),
      engine.info(),
      engine.list(installation),
      engine.start(runOf()),
      engine.stop(run.id, 1000),
      engine.remove(run.id),
      engine.stats([run.id]),
      engine.logs(run.id, { follow: true, tail: 1, signal: new AbortController().signal })[Symbol.asyncIterator]().next(),
      engine.exec(run.id, { command: ['true'], tty: false, columns: 80, rows: 24 }),
      engine.check(run.id, check),
      engine.changes(new AbortController().signal)[Symbol.asyncIterator]().next(),
    ]
    const errors = await within(TIMEOUT_MS * 3, Promise.all(asked.map(failure)))
    expect(errors.map((error) => error.reason)).toEqual(asked.map(() => 'unreachable'))
    const tls = createDockerEngine({
      transport: tlsTransport({ address: '127.0.0.1', port: host.tlsPort, ...host.certificates }),
      timeoutMs: TIMEOUT_MS,
    })
    expect((await within(TIMEOUT_MS * 2, failure(tls.ping(500)))).reason).toBe('unreachable')
    await tls.close()
    host.thaw()
    await until(() =>
      engine.ping(1000).then(
        () => true,
        () => undefined,
      ),
    )
    expect(await engine.list(installation)).toContainEqual(expect.objectContaining({ id: run.id, state: 'running' }))
    session.close()
  })

  it('finds its instances again after the engine was restarted, and tells when the connection broke', async () => {
    const run = runOf()
    await engine.start(run)
    const { signal } = new AbortController()
    const changes = collect(engine.changes(signal))
    const follow = collect(engine.logs(run.id, { follow: true, tail: 0, signal })).catch((error: unknown) => error)
    await sleep(300)
    const [before] = await engine.list(installation)
    await host.restart()
    await changes
    await follow
    expect(await engine.list(installation)).toEqual([before])
    const other = open()
    await other.start(run)
    expect(await other.list(installation)).toEqual([before])
    await other.stop(run.id, 5000)
    expect(await engine.list(installation)).toMatchObject([{ id: run.id, state: 'exited' }])
    await other.close()
  })

  it('keeps a line of 40,000 characters in one piece, and characters whole', async () => {
    const run = runOf({
      command: [
        'sh',
        '-c',
        'i=0; while [ $i -lt 4000 ]; do printf "0123456789"; i=$((i+1)); done; echo; echo "你好 ü"; printf "no newline"',
      ],
    })
    await engine.start(run)
    await until(async () => (await engine.list(installation))[0]?.state === 'exited' || undefined)
    const lines = await collect(engine.logs(run.id, { follow: false, tail: 100, signal: new AbortController().signal }))
    expect(lines.map(({ text }) => text.length)).toEqual([40_000, 4, 10])
    expect(lines[1]?.text).toBe('你好 ü')
    expect(lines.every(({ at }) => at !== null && Math.abs(at - Date.now()) < 60_000)).toBe(true)
  })

  it('gives a terminal of the wanted size, and ends what runs in it', async () => {
    const run = runOf()
    await engine.start(run)
    const session = await engine.exec(run.id, { command: ['sh'], tty: true, columns: 91, rows: 17 })
    let text = ''
    const reading = (async () => {
      for await (const { data } of session.output) text += Buffer.from(data).toString()
    })()
    const ask = async (answer: string) => {
      session.write(Buffer.from('stty size\r'))
      await until(async () => {
        if (text.includes(answer)) return true
        await sleep(200)
        session.write(Buffer.from('stty size\r'))
        return undefined
      })
    }
    await ask('17 91')
    session.resize(120, 40)
    await ask('40 120')
    session.write(Buffer.from('trap "" HUP; sleep 4712\r'))
    await sleep(300)
    session.close()
    expect(await session.exitCode).toBeGreaterThan(0)
    await reading
    expect(await host.docker('top', `spacefort-${run.id}`)).not.toContain('sleep 4712')
  })
})
