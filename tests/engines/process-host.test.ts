import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { randomText } from '../../core/base/ids.ts'
import { collect, outcome, pause, until } from '../../core/engines/conformance.ts'
import type { Artifact, InstanceRun, ObservedRun } from '../../core/engines/engine.ts'
import { createLocalProcessEngine } from '../../core/engines/process/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'process-host-'))
const stateDir = join(folder, 'state')
const installation = 'host-test'
const home = join(stateDir, installation)
const engine = createLocalProcessEngine({ stateDir })
const IDLE = 'while :; do sleep 0.2; done'

function runOf(script: string, more: Partial<InstanceRun> = {}): InstanceRun {
  return {
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
  }
}

async function start(script: string, more: Partial<InstanceRun> = {}): Promise<string> {
  const run = runOf(script, more)
  await engine.start(run)
  return run.id
}

const find = async (id: string): Promise<ObservedRun | undefined> => (await engine.list(installation)).find((run) => run.id === id)
const ended = (id: string) => until(async () => [await find(id)].find((run) => run?.state === 'exited'))
const read = (id: string) => collect(engine.logs(id, { follow: false, tail: 1000, signal: new AbortController().signal }))
const printed = (id: string) => until(async () => [(await read(id)).map((line) => line.text)].find((lines) => lines.length > 0))
const instanceFile = (id: string, name: string) => join(home, 'instances', id, name)
const pidOf = (id: string, name: 'pid' | 'claim') => Number(readFileSync(instanceFile(id, name), 'utf8').split(' ')[0])

function artifactOf(files: Record<string, string>): Artifact {
  const source = mkdtempSync(join(folder, 'artifact-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(source, name), text, { mode: 0o755 })
  const tar = execFileSync('tar', ['-c', '-f', '-', '-C', source, '.'])
  return { digest: `sha256:${createHash('sha256').update(tar).digest('hex')}`, bytes: tar.length, open: () => Readable.from([tar]) }
}

describe('a host that runs processes', () => {
  afterEach(async () => {
    await Promise.all((await engine.list(installation)).map(({ id }) => engine.remove(id)))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('keeps secrets out of files and arguments', async () => {
    const secret = `s3cret-${randomText(20)}`
    const id = await start(`echo "$SECRET" | wc -c; ${IDLE}`, { env: { SECRET: secret } })
    expect(await printed(id)).toEqual([String(secret.length + 1)])
    const session = await engine.exec(id, { command: ['sh', '-c', 'echo "$SECRET"; sleep 1'], tty: false, columns: 80, rows: 24 })
    const reading = outcome(session)
    for (let round = 0; round < 10; round++) {
      const shown = readdirSync('/proc').flatMap((pid) => {
        try {
          return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8')] : []
        } catch {
          return []
        }
      })
      expect(shown.some((line) => line.includes(secret))).toBe(false)
      await pause(50)
    }
    expect((await reading).stdout).toBe(`${secret}\n`)
    const grep = execFileSync('sh', ['-c', 'grep -rl "$1" "$2" || true', 'sh', secret, stateDir], { encoding: 'utf8' })
    expect(grep).toBe('')
    expect(statSync(join(home, 'instances', id)).mode & 0o777).toBe(0o700)
  })

  it('unpacks an artifact once, runs in it, and refuses a damaged one', async () => {
    let opened = 0
    const whole = artifactOf({ 'hello.sh': '#!/bin/sh\necho "hello from $(basename "$0")"\nsleep 60\n' })
    const artifact = { ...whole, open: () => (opened++, whole.open()) }
    const ids = await Promise.all([1, 2, 3].map(() => start('', { artifact, command: ['./hello.sh'] })))
    for (const id of ids) expect(await printed(id)).toEqual(['hello from hello.sh'])
    expect(opened).toBe(1)
    const damaged = { ...whole, digest: `sha256:${'0'.repeat(64)}` }
    await expect(engine.start(runOf('', { artifact: damaged, command: ['./hello.sh'] }))).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('damaged'),
    })
    const short = { ...artifactOf({ a: 'b' }), bytes: 99 }
    await expect(engine.start(runOf('', { artifact: short }))).rejects.toMatchObject({ message: expect.stringContaining('incomplete') })
    expect(readdirSync(join(home, 'artifacts'))).toEqual([whole.digest.slice(7)])
  })

  it('lets go of an artifact a day after its last use', async () => {
    const artifact = artifactOf({ old: 'x' })
    const id = await start('sleep 60', { artifact })
    const other = await start('sleep 60')
    const kept = join(home, 'artifacts', artifact.digest.slice(7))
    const age = () => execFileSync('touch', ['-d', '3 days ago', kept])
    age()
    await engine.remove(other)
    expect(existsSync(kept)).toBe(true)
    age()
    await engine.remove(id)
    expect(existsSync(kept)).toBe(false)
  })

  it('gives volumes by name and by path', async () => {
    const outside = join(folder, 'outside')
    mkdirSync(outside, { recursive: true })
    const volumes = [
      { source: 'data', target: '/var/lib/data', readOnly: false },
      { source: outside, target: '/shared', readOnly: false },
    ]
    const id = await start('echo kept > "$VOLUME_VAR_LIB_DATA/file"; echo seen > "$VOLUME_SHARED/file"', { volumes })
    await ended(id)
    await engine.remove(id)
    expect(readFileSync(join(home, 'volumes/data/file'), 'utf8')).toBe('kept\n')
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('seen\n')
  })

  it('leaves signals as a program expects them', async () => {
    const interrupt = await start(`trap 'exit 5' INT; echo ready; ${IDLE}`, { stopSignal: 'SIGINT' })
    const plain = await start('', { command: ['sleep', '1000'], stopSignal: 'SIGQUIT' })
    await printed(interrupt)
    await Promise.all([engine.stop(interrupt, 5000), engine.stop(plain, 5000)])
    expect(await find(interrupt)).toMatchObject({ exitCode: 5 })
    expect(await find(plain)).toMatchObject({ exitCode: 131, message: 'signal SIGQUIT' })
  })

  it('lets nothing of an instance outlive it', async () => {
    const id = await start('sleep 4712 & echo $!; setsid sleep 4713 & sleep 0.3; exit 0')
    await ended(id)
    const left = () =>
      execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
        .split('\n')
        .filter((line) => /^sleep 471[23]$/.test(line.trim()))
    await until(() => (left().length === 0 ? true : undefined), 2000)
  })

  it('still controls an instance whose supervisor was killed', async () => {
    const [ending, stopped] = [await start(`sleep 1; exit 0`), await start(IDLE)]
    for (const id of [ending, stopped]) process.kill(pidOf(id, 'claim'), 'SIGKILL')
    expect(await find(stopped)).toMatchObject({ state: 'running' })
    expect(await ended(ending)).toMatchObject({ exitCode: null, message: expect.stringContaining('unknown') })
    await engine.stop(stopped, 2000)
    expect(await find(stopped)).toMatchObject({ state: 'exited' })
  })

  it('is not deceived by a process id that was given away again', async () => {
    const id = await start(IDLE)
    const main = pidOf(id, 'pid')
    process.kill(pidOf(id, 'claim'), 'SIGKILL')
    process.kill(main, 'SIGKILL')
    const file = instanceFile(id, 'pid')
    const [, ...rest] = readFileSync(file, 'utf8').split(' ')
    writeFileSync(file, [String(process.pid), ...rest].join(' '))
    await ended(id)
    await engine.stop(id, 100)
    await engine.remove(id)
  })

  it('stops a start that was cut off before it ran, for good', async () => {
    const run = runOf('echo never')
    mkdirSync(join(home, 'instances', run.id), { recursive: true })
    expect(await find(run.id)).toBeUndefined()
    await engine.stop(run.id, 100)
    await engine.start(run)
    expect(await read(run.id)).toEqual([])
  })

  it('measures and kills without control groups, too', async () => {
    const id = await start('while :; do :; done')
    const groups = instanceFile(id, 'cgroups')
    if (existsSync(groups)) renameSync(groups, `${groups}.aside`)
    const [first] = await engine.stats([id])
    await pause(1000)
    const [second] = await engine.stats([id])
    expect((second?.cpuMs ?? 0) - (first?.cpuMs ?? 0)).toBeGreaterThan(150)
    expect(second?.memoryBytes).toBeGreaterThan(100_000)
    const main = pidOf(id, 'pid')
    await engine.stop(id, 0)
    expect(existsSync(`/proc/${main}`)).toBe(false)
    if (existsSync(`${groups}.aside`)) renameSync(`${groups}.aside`, groups)
  })

  it('bounds its log files and goes on following across a rotation', async () => {
    const id = await start(`echo first; ${IDLE.replace('sleep 0.2', 'sleep 0.2; echo tick')}`)
    await printed(id)
    const log = instanceFile(id, 'stdout')
    writeFileSync(log, `${'x'.repeat(99)}\n`.repeat(120_000), { flag: 'a' })
    await engine.list(installation)
    expect(statSync(log).size).toBeLessThan(10_000)
    expect(statSync(`${log}.1`).size).toBeGreaterThan(10e6)
    await until(() => (readFileSync(log, 'utf8').includes('tick') ? true : undefined))
    const [line] = await collect(engine.logs(id, { follow: false, tail: 1, signal: new AbortController().signal }))
    expect(line?.text).toBe('tick')
    const abort = new AbortController()
    const seen: string[] = []
    for await (const one of engine.logs(id, { follow: true, tail: 0, signal: abort.signal })) {
      if (seen.push(one.text) === 2) truncateSync(log)
      if (seen.length === 5) abort.abort()
    }
    expect(seen).toEqual(['tick', 'tick', 'tick', 'tick', 'tick'])
  })

  it('takes the time of a line from the line', async () => {
    const id = await start('echo "2026-01-02T03:04:05.678Z second"; echo "2026-01-02T03:04:04Z first" >&2')
    await ended(id)
    expect(await read(id)).toEqual([
      { stream: 'stderr', at: Date.UTC(2026, 0, 2, 3, 4, 4), text: '2026-01-02T03:04:04Z first' },
      { stream: 'stdout', at: Date.UTC(2026, 0, 2, 3, 4, 5, 678), text: '2026-01-02T03:04:05.678Z second' },
    ])
  })

  it('gives a command a terminal with a size that can change', async () => {
    const id = await start(IDLE)
    const session = await engine.exec(id, {
      command: ['sh', '-c', 'stty size; trap "stty size; exit 6" WINCH; while :; do sleep 0.1; done'],
      tty: true,
      columns: 90,
      rows: 30,
    })
    setTimeout(() => session.resize(120, 40), 500)
    const { stdout, code } = await outcome(session)
    expect(stdout.split('\r\n').filter(Boolean)).toEqual(['30 90', '40 120'])
    expect(code).toBe(6)
  })

  it('says why it refuses a run', async () => {
    const refusal = async (more: Partial<InstanceRun>) => engine.start({ ...runOf('x'), ...more }).then(() => '', String)
    await expect(engine.start(runOf('', { image: 'nginx', command: [] }))).rejects.toMatchObject({
      reason: 'refused',
      message: expect.stringContaining('needs a command'),
    })
    expect(await refusal({ stopSignal: 'SIGNOT' })).toContain('no signal')
    expect(await refusal({ env: { A: 'x\0y' } })).toContain('NUL')
    expect(await refusal({ volumes: [{ source: '../etc', target: '/x', readOnly: false }] })).toContain('neither')
  })

  it('leaves no process of its own behind when readers stop', async () => {
    const readersLeft = () => {
      const all = execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' }).split('\n')
      return all.filter(
        (line) => line.includes(stateDir) && (line.startsWith('tail') || line.includes('follow()') || line.includes('begun=0')),
      )
    }
    const id = await start(IDLE)
    const abort = new AbortController()
    const readers = [
      collect(engine.changes(abort.signal)),
      ...[1, 2].map(() => collect(engine.logs(id, { follow: true, tail: 1, signal: abort.signal }))),
    ]
    await pause(500)
    expect(readersLeft().length).toBeGreaterThan(3)
    abort.abort()
    await Promise.all(readers)
    await until(() => (readersLeft().length === 0 ? true : undefined), 3000)
  })
})
