import { describe, expect, it } from 'vitest'
import { parseInfo, parseList, parseStats } from './parse.ts'

const meta = (id: string) => JSON.stringify({ id, app: 'web', revision: 4, ports: [], program: 'node', digest: '' })
const list = (...rows: [string, string, string, string][]) =>
  `${rows.map((row) => row.join('\t')).join('\n')}\n\n${rows.map(([id]) => meta(id)).join('\n')}\n`

describe('parseList', () => {
  it('reads running, starting and ended instances', () => {
    const output = list(['a', 'running', '1000', ''], ['b', 'starting', '', ''], ['c', 'exited', '1000', '0 2000 -'])
    const known = { app: 'web', revision: 4, ports: [] }
    expect(parseList(output)).toEqual([
      { id: 'a', ...known, state: 'running', startedAt: 1000, endedAt: null, exitCode: null, message: '' },
      { id: 'b', ...known, state: 'starting', startedAt: null, endedAt: null, exitCode: null, message: '' },
      { id: 'c', ...known, state: 'exited', startedAt: 1000, endedAt: 2000, exitCode: 0, message: 'exit code 0' },
    ])
  })

  it.each([
    ['3 1 -', 3, 'exit code 3'],
    ['137 1 -', 137, 'signal SIGKILL'],
    ['137 1 oom', 137, 'out of memory'],
    ['127 1 command', 127, 'command not found: node'],
    ['126 1 -', 126, 'exit code 126 (node may not be executable)'],
    ['250 1 -', 250, 'exit code 250'],
    ['- 0 rebooted', null, 'the host was restarted'],
    ['- 1 unstarted', null, 'stopped before it was started'],
  ])('says why an instance ended: %s', (exit, exitCode, message) => {
    expect(parseList(list(['a', 'exited', '', exit]))).toMatchObject([{ exitCode, message }])
  })

  it('reads an empty host, and leaves out what it cannot read', () => {
    expect(parseList('')).toEqual([])
    expect(parseList('\n')).toEqual([])
    expect(parseList('a\trunning\t1\t\n\n{"id":"a"\n')).toEqual([])
  })
})

describe('parseStats', () => {
  it('reads control groups and, where there are none, the processes of the session', () => {
    const output = 'a 1500000000 4096\n- 77 b\n- 88 c\n= 100 4096\n+ 77 250 10\n'
    expect(parseStats(output, 5)).toEqual([
      { id: 'a', at: 5, cpuMs: 1500, memoryBytes: 4096, networkInBytes: null, networkOutBytes: null },
      { id: 'b', at: 5, cpuMs: 2500, memoryBytes: 40_960, networkInBytes: null, networkOutBytes: null },
    ])
  })
})

describe('parseInfo', () => {
  it('reads what the host has, and says when memory cannot be limited', () => {
    expect(parseInfo('4\n1024\n2048\nDebian, Linux 6 x86_64\nlimited')).toEqual({
      version: 'process (sh)',
      os: 'Debian, Linux 6 x86_64',
      capacity: { cpuMillis: 4000, memoryBytes: 1_048_576, diskBytes: 2_097_152 },
    })
    expect(parseInfo('4\n1024\n2048\nAlpine\n').os).toContain('no memory limits')
  })
})
