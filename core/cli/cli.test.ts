import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../base/logger.ts'
import { createCore, type Core } from '../core.ts'
import { addLocalCommands, localCore } from '../local-commands.ts'
import { runCli } from './program.ts'

// The whole command line against a whole core with the local process engine; only the wire between them is left out.

let folder: string
let core: Core
let token: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spacefort-cli-test-'))
  core = await createCore({ dataDir: join(folder, 'data'), logger: silentLogger })
  await core.start()
  token = await core.mintToken('test')
  mkdirSync(join(folder, 'app'))
  writeFileSync(join(folder, 'app', 'run.sh'), 'echo "hello $NAME"; exec sleep 600\n')
  writeFileSync(
    join(folder, 'app', 'app.yaml'),
    'name: demo\nartifact: .\ncommand: [sh, run.sh]\ninstances: 1\nenv: { NAME: world }\nstop: { grace: 1s }\n',
  )
}, 30_000)

afterAll(async () => {
  await run(['app', 'rm', 'demo', '--yes', '--wait'])
  await core.stop()
  rmSync(folder, { recursive: true, force: true })
}, 30_000)

interface Result {
  status: number
  out: string
  err: string
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into it as they like
  json: () => any
}

async function run(argv: string[], options: { input?: string; env?: Record<string, string> } = {}): Promise<Result> {
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const texts = Promise.all([text(stdout), text(stderr)])
  const env = {
    XDG_CONFIG_HOME: join(folder, 'config'),
    SPACEFORT_DATA: join(folder, 'none'),
    SPACEFORT_URL: 'http://localhost',
    SPACEFORT_TOKEN: token,
  }
  const status = await runCli(argv, {
    terminal: { stdin: Readable.from(options.input === undefined ? [] : [options.input]), stdout, stderr, env: { ...env, ...options.env } },
    fetch: (request) => core.fetch(request, { remote: '127.0.0.1' }),
    local: localCore,
    extend: addLocalCommands,
  })
  stdout.end()
  stderr.end()
  const [out, err] = await texts
  return { status, out, err, json: () => JSON.parse(out) as unknown }
}

const file = () => join(folder, 'app', 'app.yaml')

describe('apps', () => {
  it('shows the difference, refuses without a yes, applies with it, and waits', async () => {
    const diff = await run(['app', 'diff', '-f', file()])
    expect(diff).toMatchObject({ status: 0, out: expect.stringContaining('demo: new app') })
    const unasked = await run(['app', 'apply', '-f', file()])
    expect(unasked).toMatchObject({ status: 4, err: expect.stringContaining('--yes') })
    expect((await run(['app', 'show', 'demo'])).status).toBe(3)
    const applied = await run(['app', 'apply', '-f', file(), '--yes', '--wait', '--timeout', '20s', '--json'])
    expect(applied.status).toBe(0)
    expect(applied.json().items[0]).toMatchObject({ outcome: 'created', app: { name: 'demo', healthy: 1, status: 'healthy' } })
  }, 30_000)

  it('changes nothing when the file is the same, and scaling in the file keeps the artifact', async () => {
    expect((await run(['app', 'apply', '-f', file()])).out).toContain('nothing to change')
    writeFileSync(file(), readFileSync(file(), 'utf8').replace('instances: 1', 'instances: 2'))
    const { items } = (await run(['app', 'diff', '-f', file(), '--json'])).json()
    expect(items[0]).toMatchObject({ outcome: 'changed', replaces: 0, changes: [{ path: 'instances', from: 1, to: 2 }] })
  })

  it('prints logs of all instances and passes on the status of a command', async () => {
    const logs = await run(['app', 'logs', 'demo'])
    expect(logs.out).toMatch(/^demo-[a-z0-9]+@workstation \| hello world\n$/)
    const line = JSON.parse((await run(['app', 'logs', 'demo', '--json'])).out)
    expect(line).toMatchObject({ text: 'hello world', stream: 'stdout', host: 'workstation' })
    const exec = await run(['app', 'exec', 'demo', '-i', '--', 'sh', '-c', 'cat; echo oops >&2; exit 9'], { input: 'from here' })
    expect(exec).toMatchObject({ status: 9, out: 'from here', err: 'oops\n' })
  }, 20_000)

  it('scales, explains, lists and reports time-outs', async () => {
    await run(['host', 'cordon', 'workstation'])
    const late = await run(['app', 'scale', 'demo', '3', '--wait', '--timeout', '1ms'])
    await run(['host', 'uncordon', 'workstation'])
    expect(late).toMatchObject({ status: 7, err: expect.stringContaining('not reached within') })
    expect((await run(['app', 'scale', 'demo', '1', '--wait', '--timeout', '20s'])).status).toBe(0)
    expect((await run(['app', 'explain', 'demo'])).out).toMatch(/workstation +yes/)
    expect((await run(['app', 'instances', 'demo', '--json'])).json().items).toHaveLength(1)
    expect((await run(['app', 'top', 'demo', '--json'])).json().items).toHaveLength(1)
    expect((await run(['app', 'revisions', 'demo', '--json'])).json().items).toHaveLength(1)
    expect((await run(['app', 'rollback', 'demo', '1'])).status).toBe(4)
  }, 40_000)

  it('names every wrong field of a file and sends nothing', async () => {
    const bad = join(folder, 'bad.yaml')
    writeFileSync(bad, 'name: Bad Name\ncommand: [x]\ninstnces: 2\nresources: { memory: lots }\n')
    const { status, err } = await run(['app', 'apply', '-f', bad, '--yes'])
    expect(status).toBe(8)
    for (const field of ['name', 'instnces', 'resources.memory']) expect(err).toContain(`  ${field}: `)
  })
})

describe('hosts, secrets, users, tokens, events', () => {
  it('tests a host before adding it, and adds none that fails', async () => {
    const { status, err } = await run(['host', 'add', 'x', '--kind', 'docker-socket', '--path', join(folder, 'no.sock')])
    expect(status).toBe(1)
    expect(err).toMatch(/reach +failed/)
    expect((await run(['host', 'ls', '--json'])).json().items).toHaveLength(1)
    expect((await run(['host', 'add', 'x', '--kind', 'docker-tls', '--address', 'a'])).err).toContain('ca: is missing')
  })

  it('changes labels and place, one by one', async () => {
    await run(['host', 'set', 'workstation', '--centre', 'hz', '--label', 'disk=ssd', '--label', 'zone=a'])
    await run(['host', 'set', 'workstation', '--unlabel', 'zone', '--reserve-memory', '64Mi'])
    const host = (await run(['host', 'show', 'workstation', '--json'])).json()
    expect(host).toMatchObject({ centre: 'hz', labels: { disk: 'ssd' }, systemReserve: { memoryBytes: 64 * 2 ** 20 } })
    expect((await run(['host', 'cordon', 'workstation', '--json'])).json().scheduling).toBe('cordoned')
    expect((await run(['host', 'uncordon', 'workstation', '--json'])).json().scheduling).toBe('open')
  })

  it('reports each line of an import and fails when one is wrong', async () => {
    const { status, out } = await run(['host', 'import', '-f', '-', '--format', 'csv', '--dry-run'], {
      input: 'name,kind,address\nbad name,local,\n',
    })
    expect(status).toBe(8)
    expect(out).toMatch(/2 +bad name +invalid/)
  })

  it('takes secrets from standard input only, and never shows them', async () => {
    expect((await run(['secret', 'set', 'db'], { input: 's3cret\n' })).status).toBe(0)
    const events = await run(['events', '--kind', 'secret', '--json'])
    expect(events.out).toContain('"secret.set"')
    expect(events.out).not.toContain('s3cret')
    expect((await run(['secret', 'set', 'db'], { input: '' })).status).toBe(8)
    expect((await run(['secret', 'rm', 'db', '--yes'])).status).toBe(0)
  })

  it('signs in, remembers a token of its own, and revokes it', async () => {
    await run(['user', 'add', 'ana', '--role', 'operator'], { input: 'correct-horse-battery' })
    const anonymous = { SPACEFORT_TOKEN: '' }
    const wrong = await run(['login', '--user', 'ana', '--password-stdin'], { input: 'wrong', env: anonymous })
    expect(wrong.status).toBe(5)
    const login = await run(['login', 'http://localhost', '--user', 'ana', '--password-stdin'], {
      input: 'correct-horse-battery\n',
      env: { SPACEFORT_URL: '' },
    })
    expect(login).toMatchObject({ status: 0, out: expect.stringContaining('as ana (operator)') })
    const remembered = join(folder, 'config', 'spacefort', 'config.json')
    expect(statSync(remembered).mode & 0o777).toBe(0o600)
    expect(readFileSync(remembered, 'utf8')).not.toContain('battery')
    const { token: kept } = JSON.parse(readFileSync(remembered, 'utf8'))
    expect((await run(['user', 'ls'], { env: { SPACEFORT_TOKEN: kept } })).status).toBe(5)
    expect((await run(['logout'])).status).toBe(0)
    expect((await run(['status'], { env: { SPACEFORT_TOKEN: kept } })).status).toBe(5)
  }, 20_000)
})

describe('backup and restore', () => {
  it('saves a running core and makes a data folder of it', async () => {
    const tar = join(folder, 'b.tar')
    const target = join(folder, 'restored')
    expect((await run(['backup', '-o', tar, '--with-key', '--json'])).json()).toMatchObject({ file: tar, withKey: true })
    expect(statSync(tar).mode & 0o777).toBe(0o600)
    expect((await run(['backup', '-o', tar])).status).toBe(4)
    expect(await run(['restore', tar, '--data', target])).toMatchObject({ status: 0 })
    expect((await run(['restore', tar, '--data', target])).status).toBe(4)
    expect((await run(['doctor', '--data', target, '--json'])).json().checks[0]).toMatchObject({ name: 'database', status: 'ok' })
    expect((await run(['restore', tar, '--data', join(folder, 'data'), '--yes'])).status).toBe(4)
    expect(existsSync(join(folder, 'data', 'spacefort.db'))).toBe(true)
  }, 20_000)
})

describe('the program', () => {
  it('has one exit status for each kind of failure and prints no stack', async () => {
    expect(await run(['app', 'shwo'])).toMatchObject({ status: 2, err: expect.stringContaining('Did you mean show?') })
    expect((await run(['app'])).status).toBe(2)
    expect((await run(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(await run(['app', 'show', '--help'])).toMatchObject({ status: 0, out: expect.stringContaining('--json') })
    const denied = await run(['status', '--json'], { env: { SPACEFORT_TOKEN: 'bad' } })
    expect(denied.status).toBe(5)
    expect(JSON.parse(denied.err).error).toMatchObject({ code: 'UNAUTHENTICATED', exitCode: 5 })
    expect(denied.err).not.toMatch(/\bat .*\.ts:/)
  })
})
