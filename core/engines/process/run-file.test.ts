import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EngineError, type InstanceRun } from '../engine.ts'
import { prepareRun } from './run-file.ts'

const run: InstanceRun = {
  installation: 'i1',
  id: 'web-1',
  app: 'web',
  revision: 2,
  host: 'h1',
  command: ['./server', '--port', '80'],
  env: {},
  ports: [],
  volumes: [],
  resources: { cpuMillis: 1500, memoryBytes: 1e8 },
  stopSignal: 'SIGHUP',
}
const text = fc
  .string({
    unit: fc.oneof(fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '*'), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })),
    maxLength: 20,
  })
  .map((value) => value.replaceAll('\0', ''))

/** What a shell has after it has read the file: the parameters, then one variable. */
function readBack(file: string): string[] {
  const script = `eval "$1"; printf '%s\\0' "$@" "$VALUE"`
  return execFileSync('sh', ['-c', script, 'sh', file], { encoding: 'utf8' }).split('\0').slice(0, -1)
}

describe('prepareRun', () => {
  it('hands over command and environment unchanged', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), text, (args, value) => {
        const { file } = prepareRun({ ...run, command: ['x', ...args], env: { VALUE: value } })
        expect(readBack(file)).toEqual(['x', ...args, value])
      }),
      { numRuns: 100 },
    )
  })

  it('tells an instance where its volumes are', () => {
    const volumes = [
      { source: 'cache', target: '/var/lib/x-y', readOnly: false },
      { source: "/srv/it's", target: '/data', readOnly: false },
    ]
    const { file, volumeNames } = prepareRun({ ...run, volumes })
    expect(file).toContain(`VOLUME_VAR_LIB_X_Y="$volumes"/'cache'`)
    expect(file).toContain(String.raw`VOLUME_DATA='/srv/it'\''s'`)
    expect(volumeNames).toEqual(['cache'])
  })

  it('weighs CPU in proportion: 1024 shares for a core', () => {
    expect(prepareRun(run).cpuShares).toBe(1536)
    expect(prepareRun({ ...run, resources: { cpuMillis: 1, memoryBytes: 1 } }).cpuShares).toBe(2)
  })

  it('writes no value of the environment where others can read it', () => {
    const { file, ...open } = prepareRun({ ...run, env: { TOKEN: 'hush-hush' } })
    expect(file).toContain('hush-hush')
    expect(JSON.stringify(open)).not.toContain('hush-hush')
  })

  it.each<[string, Partial<InstanceRun>]>([
    ['needs a command', { command: [] }],
    ['name of a program', { command: ['-c', 'x'] }],
    ['no signal', { stopSignal: 'SIGWHAT' }],
    ['name of a variable', { env: { 'A-B': '' } }],
    ['NUL', { command: ['x', 'a\0b'] }],
    ['id of an instance', { id: '../x' }],
    ['id of an installation', { installation: '..' }],
    ['digest', { artifact: { digest: 'sha256:x', bytes: 1, open: () => process.stdin } }],
    ['name of a volume', { volumes: [{ source: '../x', target: '/x', readOnly: false }] }],
    ['absolute path', { volumes: [{ source: 'x', target: 'x', readOnly: false }] }],
  ])('refuses a run and names what is wrong: %s', (message, change) => {
    expect(() => prepareRun({ ...run, ...change })).toThrow(EngineError)
    expect(() => prepareRun({ ...run, ...change })).toThrow(message)
  })
})
