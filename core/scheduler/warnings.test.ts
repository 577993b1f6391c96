import { describe, expect, it } from 'vitest'
import { Gi, host, on, port, request, snapshotOf } from './fixtures.ts'
import { warnings, type AppRequest } from './warnings.ts'

const three = snapshotOf([
  host('a'),
  host('b', { status: 'unreachable' }),
  host('c', { reserved: { cpuMillis: 4000, memoryBytes: 8 * Gi, diskBytes: 0 } }),
])
const app = (change: Partial<AppRequest> = {}): AppRequest => ({ ...request(), update: { minHealthy: 1, maxOver: 0.25 }, ...change })

describe('warnings', () => {
  it('is silent about what only has to wait', () =>
    expect(warnings(app({ count: 3, constraints: [on('host', 'max-per', 1)] }), three)).toEqual([]))

  it('is silent while there are no hosts yet, or nothing is to run', () => {
    expect(warnings(app({ constraints: [on('rack', 'is', 'Z')] }), snapshotOf([]))).toEqual([])
    expect(warnings(app({ count: 0, constraints: [on('rack', 'is', 'Z')] }), three)).toEqual([])
  })

  it.each([
    [{ constraints: [on('rack', 'is', 'Z')] }, 'No host can ever run this, even when all are empty: no rack on 3 hosts.'],
    [
      { resources: { cpuMillis: 1, memoryBytes: 9 * Gi, diskBytes: 0 } },
      'No host can ever run this, even when all are empty: insufficient memory on 3 hosts.',
    ],
    [{ image: false, command: true }, 'No host can ever run this, even when all are empty: no image to run on 3 hosts.'],
    [
      { count: 4, constraints: [on('host', 'unique')] },
      'Only 3 of 4 instances fit on the present hosts, even when they are empty: host taken by another instance on 3 hosts.',
    ],
    [
      { count: 5, ports: [port(80)] },
      'Only 3 of 5 instances fit on the present hosts, even when they are empty: port 80 taken on 3 hosts.',
    ],
  ])('%j', (change, text) => expect(warnings(app(change), three)).toEqual([text]))

  it('names a pattern that is not valid', () =>
    expect(warnings(app({ constraints: [on('rack', 'unlike', '(')] }), three)[0]).toMatch(
      /^The pattern of the constraint on rack is not valid: /,
    ))

  it('warns of an update that could never finish: as many instances as hosts, one port, and all must stay healthy', () => {
    expect(warnings(app({ count: 3, ports: [port(80)] }), three)).toEqual([
      'With 3 instances running, no host has a place for one more, and update.minHealthy 1 allows none to be stopped first, so an update ' +
        'could never finish: port 80 taken on 3 hosts. Lower update.minHealthy, run fewer instances or add a host.',
    ])
    expect(warnings(app({ count: 2, ports: [port(80)] }), three)).toEqual([])
    expect(warnings(app({ count: 3, ports: [port(80)], update: { minHealthy: 0.5, maxOver: 0 } }), three)).toEqual([])
  })

  it('does not warn of "unique" on every host, where Marathon never finishes: the instance that leaves does not count', () =>
    expect(warnings(app({ count: 3, constraints: [on('host', 'unique')] }), three)).toEqual([]))
})
