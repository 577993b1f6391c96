import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomText } from '../../core/base/ids.ts'
import { collect, until } from '../../core/engines/conformance.ts'
import type { Engine, InstanceRun } from '../../core/engines/engine.ts'
import { createLocalProcessEngine, createSshProcessEngine } from '../../core/engines/process/index.ts'
import { openSsh } from '../../core/hosts/index.ts'
import { shellTricks } from '../fuzz/hostile.ts'
import { sshdMissing, TestSshd } from './sshd.ts'

const RUNS = 25
const INSTALLATION = 'injection'
const folder = mkdtempSync(join(tmpdir(), 'injection-'))
const canary = join(folder, 'canary')
mkdirSync(canary)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const trick = fc.constantFrom(...shellTricks(canary))
const letters = fc.constantFrom(
  "'",
  '"',
  '\\',
  '$',
  '`',
  '\n',
  '\r',
  '\t',
  ' ',
  '*',
  ';',
  '&',
  '|',
  '>',
  '<',
  '(',
  ')',
  '{',
  '}',
  '~',
  '#',
  '!',
  '%',
  '-',
  '=',
  '\u001b',
  '\u007f',
  'é',
  '你',
  '😀',
)
/** Whatever somebody may put into a field; NUL is refused before, since no process can be given one. */
const anything = fc
  .oneof(
    trick,
    fc.array(fc.oneof(letters, trick, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 8 }).map((parts) => parts.join('')),
  )
  .map((text) => text.replaceAll('\0', '').toWellFormed())

/** Writes its arguments and the variables it was given, with NUL between, next to where it runs, and then waits. */
const TELL =
  'out=$HOME/told; { for word in "$@"; do printf "%s\\0" "$word"; done; printf "%s\\0" "$ONE" "$TWO" "$VOLUME_DATA"; } > "$out.part"; mv "$out.part" "$out"; exec sleep 60'

interface Place {
  name: string
  stateDir: string
  open: () => Promise<Engine>
  prepare?: () => Promise<void>
  close?: () => Promise<void>
}

const missing = sshdMissing()
const sshd = new TestSshd()
// The folder is part of nearly every command line on the host, so it is as nasty as a folder's name can be.
const nastyFolder = (name: string) => join(folder, `${name} $(touch ${canary.replaceAll('/', '_')}) 'x" ;&`)
const places: Place[] = [
  {
    name: 'this workstation',
    stateDir: nastyFolder('local'),
    open: async () => createLocalProcessEngine({ stateDir: nastyFolder('local') }),
  },
  ...(missing
    ? []
    : [
        {
          name: 'a host over SSH',
          stateDir: nastyFolder('ssh'),
          prepare: () => sshd.start(),
          open: async () =>
            createSshProcessEngine(await openSsh(sshd.access, { timeoutMs: 5000, trustedHostKey: sshd.hostKey }), {
              stateDir: nastyFolder('ssh'),
            }),
          close: () => sshd.close(),
        },
      ]),
]

describe.each(places)('what people write, on $name', ({ stateDir, open, prepare, close }) => {
  let engine: Engine
  beforeAll(async () => {
    await prepare?.()
    engine = await open()
  })
  afterAll(async () => {
    await Promise.all((await engine.list(INSTALLATION)).map(({ id }) => engine.remove(id)))
    await engine.close()
    await close?.()
  })

  const work = (id: string) => join(stateDir, INSTALLATION, 'instances', id, 'work')
  const told = (id: string) =>
    until(
      async () =>
        existsSync(join(work(id), 'told'))
          ? readFileSync(join(work(id), 'told'), 'utf8')
              .split('\0')
              .slice(0, -1)
          : undefined,
      10_000,
    )
  const runOf = (more: Partial<InstanceRun>): InstanceRun => ({
    installation: INSTALLATION,
    id: `probe-${randomText(10)}`,
    app: 'probe',
    revision: 1,
    host: 'here',
    command: ['sh', '-c', 'exec sleep 60'],
    env: {},
    ports: [],
    volumes: [],
    resources: { cpuMillis: 10, memoryBytes: 64 * 2 ** 20 },
    stopSignal: 'SIGTERM',
    ...more,
  })
  const unharmed = () => expect(readdirSync(canary)).toEqual([])

  it('reaches a program as it was written: arguments, environment and volumes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anything, { maxLength: 4 }),
        fc.tuple(anything, anything),
        fc.stringMatching(/^\/[^\s:\0]{0,40}$/),
        async (words, [one, two], source) => {
          const volumes = [{ source, target: '/data', readOnly: false }]
          const run = runOf({ command: ['sh', '-c', TELL, 'told', ...words], env: { ONE: one, TWO: two }, volumes })
          await engine.start(run)
          expect(await told(run.id)).toEqual([...words, one, two, source])
          await engine.remove(run.id)
          unharmed()
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('is the name of a program at most, never a piece of shell', async () => {
    await fc.assert(
      fc.asyncProperty(anything, async (program) => {
        const run = runOf({ command: [program] })
        const refused = await engine.start(run).then(
          () => false,
          () => true,
        )
        if (!refused) {
          const ended = await until(
            async () => (await engine.list(INSTALLATION)).find(({ id, state }) => id === run.id && state === 'exited'),
            10_000,
          )
          expect([126, 127]).toContain(ended.exitCode)
        }
        await engine.remove(run.id)
        unharmed()
      }),
      { numRuns: RUNS },
    )
  })

  it('reaches a command inside an instance as it was written, with a terminal and without', async () => {
    const run = runOf({ env: { ONE: "it's $(touch here)" } })
    await engine.start(run)
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { maxLength: 3 }), fc.boolean(), async (words, tty) => {
        const target = `heard-${randomText(8)}`
        const command = ['sh', '-c', 'out=$1; shift; printf "%s\\0" "$@" "$ONE" > "$HOME/$out"', 'x', target, ...words]
        const session = await engine.exec(run.id, { command, tty, columns: 80, rows: 24 })
        session.end()
        await collect(session.output)
        expect(await session.exitCode).toBe(0)
        expect(
          readFileSync(join(work(run.id), target), 'utf8')
            .split('\0')
            .slice(0, -1),
        ).toEqual([...words, "it's $(touch here)"])
        unharmed()
      }),
      { numRuns: RUNS },
    )
    await engine.remove(run.id)
  })

  it('is given to a health check as it was written', async () => {
    const run = runOf({})
    await engine.start(run)
    await fc.assert(
      fc.asyncProperty(anything, async (word) => {
        const command = ['sh', '-c', 'test "$1" = "$2"', 'x', word, word]
        expect(await engine.check(run.id, { kind: 'command', command, grace: '1s', interval: '1s', timeout: '10s', failures: 1 })).toBe(0)
        unharmed()
      }),
      { numRuns: RUNS },
    )
    await engine.remove(run.id)
  })

  it('is no id of anything: ids that are none do nothing', async () => {
    for (const id of [...shellTricks(canary), '../..', '.', '', '-rf', 'a/b', 'A']) {
      await engine.stop(id, 10)
      await engine.remove(id)
      expect(await engine.stats([id])).toEqual([])
      expect(await engine.list(id)).toEqual([])
      await expect(engine.exec(id, { command: ['true'], tty: false, columns: 80, rows: 24 })).rejects.toMatchObject({ reason: 'gone' })
      await expect(engine.start(runOf({ id }))).rejects.toMatchObject({ reason: 'refused' })
      await expect(engine.start(runOf({ installation: id === 'A' || id === '' ? '..' : id }))).rejects.toMatchObject({ reason: 'refused' })
    }
    unharmed()
  })

  it('comes back from the log as it was printed', async () => {
    const text = `\u001b[31mred\u001b[0m \u001b]0;title\u0007 <script>alert(1)</script> $(touch ${canary}/log) \u202e`
    const run = runOf({ command: ['sh', '-c', 'printf "%s\\n" "$1"; exec sleep 60', 'x', text] })
    await engine.start(run)
    const lines = await until(async () => {
      const found = await collect(engine.logs(run.id, { follow: false, tail: 10, signal: new AbortController().signal }))
      return found.length > 0 ? found : undefined
    }, 5000)
    expect(lines.map((line) => line.text)).toEqual([text])
    await engine.remove(run.id)
    unharmed()
  })
})
