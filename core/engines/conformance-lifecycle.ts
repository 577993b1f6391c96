import { expect, it } from 'vitest'
import { EngineError } from './engine.ts'
import { randomText } from '../base/ids.ts'
import { freePort, IDLE, pause, PLAIN, STOPPABLE, until, type Rig } from './conformance-rig.ts'

/** Starting, listing, stopping, removing. */
export function describeLifecycle(rig: Rig): void {
  it('answers a ping and knows what the host has', async () => {
    await rig.engine.ping(5000)
    const { version, os, capacity } = await rig.engine.info()
    expect(version).not.toBe('')
    expect(os).not.toBe('')
    expect(capacity.cpuMillis).toBeGreaterThanOrEqual(1000)
    expect(capacity.memoryBytes).toBeGreaterThan(100e6)
    if (rig.subject.diskUnknown) expect(capacity.diskBytes).toBe(0)
    else expect(capacity.diskBytes).toBeGreaterThan(10e6)
  })

  it('starts an instance and lists it with its ports', async () => {
    const port = await freePort()
    const before = Date.now()
    const run = await rig.start(STOPPABLE, { ports: [{ name: 'http', protocol: 'tcp', hostPort: port, containerPort: port }] })
    const seen = await rig.find(run.id)
    expect(seen).toMatchObject({
      id: run.id,
      app: 'probe',
      revision: 3,
      state: 'running',
      exitCode: null,
      endedAt: null,
      ports: run.ports,
    })
    expect(Math.abs((seen?.startedAt ?? 0) - before)).toBeLessThan(10_000)
  })

  it('starts one instance however often and by whomever it is asked', async () => {
    const run = rig.runOf(`echo begun; ${STOPPABLE}`)
    const other = await rig.open()
    await Promise.all([rig.engine.start(run), other.start(run), rig.engine.start(run)])
    await other.start(run)
    expect((await rig.engine.list(rig.installation)).map(({ id, state }) => [id, state])).toEqual([[run.id, 'running']])
    await rig.printed(run.id, 'begun')
    expect((await rig.read(run.id)).filter((line) => line.text === 'begun')).toHaveLength(1)
  })

  it('does not start again what has ended', async () => {
    const run = await rig.start('echo once; exit 4')
    const first = await rig.ended(run.id)
    await rig.engine.start(run)
    expect(await rig.find(run.id)).toEqual(first)
  })

  it('lets a later engine object see and control what an earlier one started', async () => {
    const first = await rig.subject.open()
    const run = rig.runOf(`trap 'exit 9' TERM; echo ready; ${IDLE}`)
    await first.start(run)
    await first.close()
    await rig.printed(run.id, 'ready')
    const later = await rig.open()
    expect((await later.list(rig.installation)).map(({ id, state }) => [id, state])).toEqual([[run.id, 'running']])
    await later.stop(run.id, 10_000)
    expect(await rig.find(run.id)).toMatchObject({ state: 'exited', exitCode: 9 })
  })

  it('stops with the signal of the instance and keeps its exit code', async () => {
    const run = await rig.start(`trap 'exit 7' USR1; trap 'exit 1' TERM; echo ready; ${IDLE}`, { stopSignal: 'SIGUSR1' })
    await rig.printed(run.id, 'ready')
    await rig.engine.stop(run.id, 10_000)
    const seen = await rig.find(run.id)
    expect(seen).toMatchObject({ state: 'exited', exitCode: 7 })
    expect(seen?.message).toContain('7')
    await rig.engine.stop(run.id, 10_000)
  })

  it('kills what ignores the stop signal when the grace is over', async () => {
    const run = await rig.start(`trap '' TERM; echo ready; ${IDLE}`)
    await rig.printed(run.id, 'ready')
    const from = Date.now()
    await rig.engine.stop(run.id, 700)
    expect(Date.now() - from).toBeGreaterThanOrEqual(650)
    expect(await rig.find(run.id)).toMatchObject({ state: 'exited', exitCode: 137 })
  })

  it('keeps exit code and times of what ended by itself', async () => {
    const run = await rig.start('exit 3')
    const seen = await rig.ended(run.id)
    expect(seen.exitCode).toBe(3)
    expect(seen.message).toContain('3')
    expect(seen.endedAt ?? 0).toBeGreaterThanOrEqual(seen.startedAt ?? Infinity)
  })

  it('says which command it cannot run', async () => {
    const run = rig.runOf('', { command: ['/no/such/program', 'x'] })
    const message = await rig.engine.start(run).then(
      async () => (await rig.ended(run.id)).message,
      (error: unknown) => (error instanceof EngineError && error.reason === 'refused' ? error.message : 'not an EngineError'),
    )
    expect(message).toContain('/no/such/program')
  })

  it('removes, also while running and more than once, and stops what is gone', async () => {
    const run = await rig.start(STOPPABLE)
    await rig.engine.remove(run.id)
    expect(await rig.find(run.id)).toBeUndefined()
    await rig.engine.remove(run.id)
    await rig.engine.stop(run.id, 1000)
    expect(await rig.engine.stats([run.id])).toEqual([])
  })

  it('says that an instance is gone', async () => {
    const id = `probe-${randomText(10)}`
    expect(await rig.reasonOf(rig.read(id))).toBe('gone')
    expect(await rig.reasonOf(rig.engine.exec(id, { command: ['sh'], ...PLAIN }))).toBe('gone')
    const timing = { grace: '1s', interval: '1s', timeout: '1s', failures: 1 }
    expect(await rig.reasonOf(rig.engine.check(id, { kind: 'command', command: ['true'], ...timing }))).toBe('gone')
  })

  it('ends an instance that takes more memory than its limit', async ({ skip }) => {
    skip(!rig.subject.limitsMemory, 'this host cannot limit memory')
    const run = await rig.start('exec busybox dd if=/dev/zero of=/dev/null bs=268435456 count=4', {
      resources: { cpuMillis: 100, memoryBytes: 32 * 2 ** 20 },
    })
    const seen = await rig.ended(run.id)
    expect(seen.exitCode).not.toBe(0)
    expect(seen.message).toBe('out of memory')
  })

  it('tells of a change when an instance ends', async () => {
    const abort = new AbortController()
    const run = await rig.start(STOPPABLE)
    let changes = 0
    const watching = (async () => {
      for await (const change of rig.engine.changes(abort.signal)) changes += change === undefined ? 1 : 0
    })()
    await pause(1500)
    const before = changes
    await rig.engine.stop(run.id, 5000)
    await until(() => (changes > before ? true : undefined), 5000)
    abort.abort()
    await watching
  })

  it('starts and stops twenty instances at the same time', async () => {
    const runs = Array.from({ length: 20 }, () => rig.runOf(STOPPABLE))
    await Promise.all(runs.map((run) => rig.engine.start(run)))
    const seen = await rig.engine.list(rig.installation)
    expect(
      seen
        .filter((run) => run.state === 'running')
        .map((run) => run.id)
        .sort(),
    ).toEqual(runs.map((run) => run.id).sort())
    await Promise.all(runs.map((run) => rig.engine.stop(run.id, 10_000)))
    expect((await rig.engine.list(rig.installation)).every((run) => run.state === 'exited')).toBe(true)
  })

  it('never lists instances of another installation', async () => {
    const mine = await rig.start(STOPPABLE)
    const theirs = await rig.start(STOPPABLE, { installation: rig.stranger })
    expect((await rig.engine.list(rig.installation)).map(({ id }) => id)).toEqual([mine.id])
    expect((await rig.engine.list(rig.stranger)).map(({ id }) => id)).toEqual([theirs.id])
    expect(await rig.engine.list(`${rig.installation}x`)).toEqual([])
  })
}
