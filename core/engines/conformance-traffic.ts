import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { randomText } from '../base/ids.ts'
import { EngineError, type InstanceRun } from './engine.ts'
import { collect, freePort, outcome, pause, PLAIN, STOPPABLE, until, type Rig } from './conformance-rig.ts'

/** What goes in and out of a running instance: logs, commands, measurements, connections, and values that must never be executed. */
export function describeTraffic(rig: Rig): void {
  it('keeps both log streams and gives the last lines', async () => {
    const run = await rig.start('for i in 1 2 3 4 5; do echo "line $i"; done; echo problem >&2; sleep 0.3')
    await rig.ended(run.id)
    const lines = await rig.read(run.id)
    expect(lines.filter((line) => line.stream === 'stdout').map((line) => line.text)).toEqual([
      'line 1',
      'line 2',
      'line 3',
      'line 4',
      'line 5',
    ])
    expect(lines.filter((line) => line.stream === 'stderr').map((line) => line.text)).toEqual(['problem'])
    const last = await rig.read(run.id, { tail: 2 })
    expect(last.filter((line) => line.stream === 'stdout').map((line) => line.text)).not.toContain('line 3')
    expect(last.length).toBeGreaterThan(0)
  })

  it('follows logs until the reader stops', async () => {
    const run = await rig.start('i=0; while :; do i=$((i+1)); echo "tick $i"; sleep 0.2; done')
    const abort = new AbortController()
    const seen: string[] = []
    for await (const line of rig.engine.logs(run.id, { follow: true, tail: 10, signal: abort.signal })) {
      seen.push(line.text)
      if (seen.length === 6) abort.abort()
    }
    const numbers = seen.map((text) => Number(text.split(' ')[1]))
    expect(numbers).toEqual(Array.from(numbers, (_, index) => (numbers[0] ?? 0) + index))
    expect(numbers.length).toBeGreaterThanOrEqual(6)
  })

  it('ends a quiet follow at once when it is aborted', async () => {
    const run = await rig.start(STOPPABLE)
    const abort = new AbortController()
    setTimeout(() => abort.abort(), 300)
    const from = Date.now()
    expect(await rig.read(run.id, { follow: true, signal: abort.signal })).toEqual([])
    expect(Date.now() - from).toBeLessThan(3000)
  })

  it('ends a follow when the instance has ended, with its last words', async () => {
    const run = await rig.start('sleep 1; echo goodbye; exit 0')
    const lines = await rig.read(run.id, { follow: true })
    expect(lines.map((line) => line.text)).toEqual(['goodbye'])
  })

  it('runs a command inside with its input, output and exit code', async () => {
    const run = await rig.start(STOPPABLE, { env: { COLOUR: 'blue' } })
    const session = await rig.engine.exec(run.id, {
      command: ['sh', '-c', 'read word; echo "got $word $COLOUR"; cat; echo odd >&2; exit 42'],
      ...PLAIN,
    })
    session.write(Buffer.from('apple\nrest'))
    session.end()
    expect(await outcome(session)).toEqual({ stdout: 'got apple blue\nrest', stderr: 'odd\n', code: 42 })
  })

  it('ends a command when its session is closed', async () => {
    const seconds = 100_000 + Math.floor(Math.random() * 900_000)
    const run = await rig.start(STOPPABLE)
    const session = await rig.engine.exec(run.id, { command: ['sh', '-c', `echo $$; exec sleep ${seconds}`], ...PLAIN })
    const [first] = await collect(
      (async function* () {
        for await (const part of session.output) {
          yield part
          return
        }
      })(),
    )
    expect(Number(Buffer.from(first?.data ?? []).toString())).toBeGreaterThan(0)
    session.close()
    await session.exitCode
    const sleeping = async () =>
      outcome(
        await rig.engine.exec(run.id, {
          command: ['sh', '-c', 'for f in /proc/[0-9]*/cmdline; do busybox tr "\\0" " " < $f; echo; done 2>/dev/null'],
          ...PLAIN,
        }),
      )
    await until(async () => ((await sleeping()).stdout.includes(`sleep ${seconds} \n`) ? undefined : true))
  })

  it('measures CPU time that grows under load, and plausible memory', async () => {
    const busy = await rig.start('while :; do :; done')
    const idle = await rig.start(STOPPABLE)
    const sample = async () => new Map((await rig.engine.stats([busy.id, idle.id])).map((stats) => [stats.id, stats]))
    const first = await until(async () => [await sample()].find((all) => all.size === 2))
    await pause(1500)
    const second = await sample()
    const used = (id: string) => (second.get(id)?.cpuMs ?? 0) - (first.get(id)?.cpuMs ?? 0)
    expect(used(busy.id)).toBeGreaterThan(200)
    expect(used(busy.id)).toBeGreaterThan(used(idle.id))
    expect(second.get(busy.id)?.at).toBeGreaterThan(first.get(busy.id)?.at ?? Infinity)
    const { memoryBytes = 0 } = second.get(idle.id) ?? {}
    expect(memoryBytes).toBeGreaterThan(50_000)
    expect(memoryBytes).toBeLessThan(100e6)
  })

  it('runs a command check inside and gives its exit code', async () => {
    const run = await rig.start(STOPPABLE, { env: { OPEN: 'yes' } })
    const check = (script: string) =>
      rig.engine.check(run.id, { kind: 'command', command: ['sh', '-c', script], grace: '1s', interval: '1s', timeout: '1s', failures: 3 })
    expect(await check('test "$OPEN" = yes')).toBe(0)
    expect(await check('echo much; exit 5')).toBe(5)
    expect(await check('sleep 30')).toBe(124)
  })

  it('hands over every character of the environment and the arguments', async () => {
    const odd = `a'b"c\`id\`$HOME $(id) \\ \\n\n two\n\nlines\t; & | < > * ? ~ # ! {x} 你好 ü %s %% -n\n`
    const run = rig.runOf('', {
      env: { ODD: odd, EMPTY: '', IFS_LIKE: ' \t\n', _under: '=a=b' },
      command: [
        'sh',
        '-c',
        'printf "%s|%s|%s|%s|%s" "$ODD" "$EMPTY" "$IFS_LIKE" "$_under" "$1" | busybox base64 | busybox tr -d "\\n"; echo',
        'probe',
        odd,
      ],
    })
    await rig.engine.start(run)
    await rig.ended(run.id)
    const text = Buffer.from((await rig.read(run.id)).map((line) => line.text).join(''), 'base64').toString()
    expect(text).toBe([odd, '', ' \t\n', '=a=b', odd].join('|'))
  })

  it('connects to a port of an instance', async () => {
    const port = await freePort()
    const run = await rig.start(`echo hello > /tmp/$PAGE; exec busybox httpd -f -p ${port} -h /tmp`, {
      env: { PAGE: `page-${randomText(6)}` },
      ports: [{ name: 'http', protocol: 'tcp', hostPort: port, containerPort: port }],
    })
    const fetchPage = async () => {
      const socket = await rig.engine.dial(port)
      socket.on('error', () => undefined)
      socket.write(`GET /${run.env.PAGE ?? ''} HTTP/1.0\r\n\r\n`)
      return Buffer.concat(await collect(socket as AsyncIterable<Buffer>)).toString()
    }
    const reply = await until(() =>
      fetchPage().then(
        (text) => (text.includes('200 OK') ? text : undefined),
        () => undefined,
      ),
    )
    expect(reply).toContain('hello')
    if (!rig.subject.base.image) rmSync(`/tmp/${run.env.PAGE ?? ''}`, { force: true })
    expect(
      await rig.reasonOf(
        rig.engine.dial(await freePort()).then(async (socket) => {
          socket.destroy()
        }),
      ),
    ).not.toBe('unreachable')
  })

  it('never executes a value, whatever it says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'canary-'))
    const canary = join(folder, 'sang')
    const spells = [
      `$(touch ${canary})`,
      `\`touch ${canary}\``,
      `'; touch ${canary}; '`,
      `"; touch ${canary}; "`,
      `x\ntouch ${canary}\n`,
      `|touch ${canary}`,
      `../../x;touch ${canary}`,
    ]
    const fields = (spell: string): Partial<InstanceRun>[] => [
      { app: spell, host: spell, env: { SPELL: spell }, command: ['echo', spell] },
      { command: [spell, spell] },
      { id: spell },
      { installation: spell },
      { stopSignal: spell },
      { env: { [spell]: 'x' } },
      { volumes: [{ source: spell, target: `/x${spell}`, readOnly: false }] },
      { ports: [{ name: spell, protocol: 'tcp', hostPort: 1, containerPort: 1 }] },
    ]
    for (const spell of spells) {
      await Promise.all(
        fields(spell).map(async (more) => {
          const run = rig.runOf('exit 0', more)
          const attempts = [
            () => rig.engine.start(run),
            () => rig.engine.stop(run.id, 200),
            () => rig.engine.stats([run.id]),
            () => rig.engine.list(run.installation),
            () => rig.read(run.id),
            () => rig.engine.remove(run.id),
          ]
          for (const attempt of attempts)
            await attempt().catch((error: unknown) => {
              if (!(error instanceof EngineError)) throw error
            })
        }),
      )
    }
    expect(existsSync(canary)).toBe(false)
    rmSync(folder, { recursive: true })
  })
}
