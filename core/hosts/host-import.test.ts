import { describe, expect, it } from 'vitest'
import { parseHosts } from './host-import.ts'

const statuses = (text: string, format: 'csv' | 'yaml') =>
  parseHosts(format, text).map(({ report }) => [report.line, report.name, report.status])

describe('importing hosts', () => {
  it('reads CSV with a verdict for every line', () => {
    const text = [
      'name,kind,address,port,user,password,centre,rack,labels,reserve_cpu,reserve_memory',
      'web1,ssh,10.0.0.1,22,ops,long enough,A,r1,disk=ssd; tier=web,500m,1Gi',
      'Web 2,ssh,10.0.0.2,22,ops,x,A,r1,,,',
      'web3,docker-socket,,,,,B,,,,',
      'web4,ssh,https://10.0.0.4,,ops,x,,,,,much',
    ].join('\n')
    expect(statuses(text, 'csv')).toEqual([
      [2, 'web1', 'valid'],
      [3, 'Web 2', 'invalid'],
      [4, 'web3', 'valid'],
      [5, 'web4', 'invalid'],
    ])
    const [first, , , last] = parseHosts('csv', text)
    expect(first?.input).toMatchObject({
      connection: { kind: 'ssh', ssh: { address: '10.0.0.1', user: 'ops' } },
      centre: 'A',
      labels: { disk: 'ssd', tier: 'web' },
      systemReserve: { cpuMillis: 500, memoryBytes: 2 ** 30 },
    })
    expect(last?.report.issues.map(({ field }) => field)).toEqual(['connection.ssh.address', 'systemReserve.memoryBytes'])
  })

  it('reads YAML and says on which line each host begins', () => {
    const text = '- name: a\n  connection: { kind: docker-socket }\n- name: b\n  connection: { kind: nothing }\n'
    expect(statuses(text, 'yaml')).toEqual([
      [1, 'a', 'valid'],
      [3, 'b', 'invalid'],
    ])
  })

  it.each(['a: [', 'just text', '{"a": 1}'])('refuses %j as a whole with a reason', (text) => {
    const [only] = parseHosts('yaml', text)
    expect(only?.report.status).toBe('invalid')
    expect(only?.report.issues[0]?.message).not.toBe('')
  })

  it('tells nothing but what it answers, however odd the file is', () => {
    const warnings: unknown[] = []
    const listen = (warning: unknown) => void warnings.push(warning)
    process.on('warning', listen)
    const odd = [
      '- {? {a: b} : c}\n',
      '- !!js/function "x"\n',
      '- !!binary "x"\n',
      '- &a [*a]\n',
      '%YAML 9.9\n---\n- x\n',
      `- ${'['.repeat(3000)}`,
    ]
    for (const text of odd) for (const { report } of parseHosts('yaml', text)) expect(report.status).toBe('invalid')
    return new Promise<void>((done) => setImmediate(done)).then(() => {
      process.off('warning', listen)
      expect(warnings).toEqual([])
    })
  })

  it('stops at aliases that would make a small file endless', () => {
    const levels = Array.from({ length: 9 }, (_, index) => `- &l${index + 1} [${Array.from({ length: 9 }, () => `*l${index}`).join(', ')}]`)
    const [only, ...more] = parseHosts('yaml', [`- &l0 [x, x]`, ...levels].join('\n'))
    expect(only?.report.issues[0]?.message).toContain('aliases')
    expect(more).toEqual([])
  })
})
