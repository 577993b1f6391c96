import { describe, expect, it } from 'vitest'
import { Gi, host, Mi, on, port, racks, request, snapshotOf } from './fixtures.ts'
import { place } from './place.ts'
import type { PlacementRequest, PlaceResult, Snapshot } from './snapshot.ts'

const options = { now: 1000, seed: 7 }
const run = (snapshot: Snapshot, ...requests: Partial<PlacementRequest>[]) => place(snapshot, requests.map(request), options)

/** Instances by the first letter of their host: its rack. */
function perRack({ assignments }: PlaceResult): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { host: name } of assignments) counts[name[0] ?? ''] = (counts[name[0] ?? ''] ?? 0) + 1
  return counts
}

describe('constraints that count', () => {
  it('places "unique" once per value and refuses the rest', () => {
    const result = run(snapshotOf(racks(3, 2)), { count: 5, constraints: [on('rack', 'unique')] })
    expect(perRack(result)).toEqual({ a: 1, b: 1, c: 1 })
    expect(result.refusals).toEqual([
      {
        app: 'shop',
        count: 2,
        summary: 'rack taken by another instance on 6 hosts',
        reasons: [{ rule: 'constraint', hosts: 6, text: 'rack taken by another instance on 6 hosts' }],
      },
    ])
  })

  it('fills "max-per" to its number, counting what runs', () => {
    const result = run(snapshotOf(racks(2, 3), { shop: ['a1', 'a1'] }), { count: 9, constraints: [on('rack', 'max-per', 3)] })
    expect(perRack(result)).toEqual({ a: 1, b: 3 })
    expect(result.refusals[0]?.summary).toBe('rack has its 3 instances on 6 hosts')
  })

  it('counts the assignments of earlier requests of the same app, and not of others', () => {
    const result = run(
      snapshotOf([host('a'), host('b')]),
      ...['shop', 'shop', 'shop', 'other'].map((app) => ({ app, constraints: [on('host', 'unique')] })),
    )
    expect(result.assignments.map(({ app }) => app)).toEqual(['shop', 'shop', 'other'])
    expect(result.refusals.map(({ app, count }) => [app, count])).toEqual([['shop', 1]])
  })

  it('lets a replacement take the place of the instance that leaves', () => {
    const result = run(snapshotOf([host('a')], { shop: ['a'] }), { constraints: [on('host', 'unique')], leaving: ['a'] })
    expect(result.assignments).toHaveLength(1)
  })
})

describe('spread', () => {
  it('fills a rack that appears later, and moves nothing (Marathon T1: 8 + 1)', () => {
    const two = run(snapshotOf(racks(2, 4)), { count: 8, spread: ['rack'] })
    expect(perRack(two)).toEqual({ a: 4, b: 4 })
    const third = run(snapshotOf(racks(3, 4), { shop: two.assignments.map((each) => each.host) }), { count: 1, spread: ['rack'] })
    expect(perRack(third)).toEqual({ c: 1 })
  })

  it('puts 10 over 3 racks as 4, 3, 3 (Marathon T2)', () => {
    const counts = Object.values(perRack(run(snapshotOf(racks(3, 2)), { count: 10, spread: ['rack', 'host'] })))
    expect(counts.sort()).toEqual([3, 3, 4])
  })

  it('is a preference: with one rack full, the other takes all', () => {
    const [full, free] = [host('a1', { scheduling: 'cordoned', fields: { rack: 'A' } }), host('b1', { fields: { rack: 'B' } })]
    expect(perRack(run(snapshotOf([full, free]), { count: 6, spread: ['rack'] }))).toEqual({ b: 6 })
  })

  it('honours the first field before the second', () => {
    const hosts = [
      host('x1', { fields: { centre: 'X', rack: '1' } }),
      host('y1', { fields: { centre: 'Y', rack: '1' } }),
      host('y2', { fields: { centre: 'Y', rack: '2' } }),
    ]
    const result = run(snapshotOf(hosts), { count: 4, spread: ['centre', 'rack', 'host'] })
    expect(perRack(result)).toEqual({ x: 2, y: 2 })
    expect(new Set(result.assignments.map((each) => each.host)).size).toBe(3)
  })

  it('takes racks of one name in two centres for two racks', () => {
    const hosts = ['x', 'y'].flatMap((centre) => [1, 2].map((rack) => host(`${centre}${rack}`, { fields: { centre, rack: String(rack) } })))
    const result = run(snapshotOf(hosts, { shop: ['x1'] }), { count: 3, spread: ['centre', 'rack'] })
    expect(result.assignments.map((each) => each.host).sort()).toEqual(['x2', 'y1', 'y2'])
  })

  it('spreads hosts without the field as a domain of their own', () => {
    const hosts = [host('a1', { fields: { rack: 'A' } }), host('n1'), host('n2')]
    expect(perRack(run(snapshotOf(hosts), { count: 4, spread: ['rack'] }))).toEqual({ a: 2, n: 2 })
  })
})

describe('resources and ports', () => {
  it('lets earlier assignments count', () => {
    const small = host('a', { allocatable: { cpuMillis: 1000, memoryBytes: Gi, diskBytes: 0 } })
    const result = run(
      snapshotOf([small]),
      { app: 'one', count: 3, resources: { cpuMillis: 300, memoryBytes: Mi, diskBytes: 0 } },
      { app: 'two', count: 2, resources: { cpuMillis: 100, memoryBytes: Mi, diskBytes: 0 } },
    )
    expect(result.assignments.map(({ app }) => app)).toEqual(['one', 'one', 'one', 'two'])
    expect(result.refusals).toMatchObject([{ app: 'two', count: 1, summary: 'insufficient CPU on 1 host' }])
  })

  it('gives a fixed port once per host', () => {
    const result = run(snapshotOf([host('a'), host('b'), host('c', { takenPorts: new Set(['tcp/8080']) })]), {
      count: 3,
      ports: [port(8080)],
    })
    expect(result.assignments.map((each) => each.host).sort()).toEqual(['a', 'b'])
    expect(result.assignments[0]?.ports).toEqual([{ name: 'p8080', protocol: 'tcp', hostPort: 8080, containerPort: 8080 }])
    expect(result.refusals[0]?.summary).toBe('port 8080 taken on 3 hosts')
  })

  it('gives different ports of a range and of "auto", and keeps the container port', () => {
    const result = run(snapshotOf([host('a')]), {
      count: 3,
      ports: [{ ...port('9000-9005'), container: 80 }, port('9000-9005'), port('auto')],
    })
    const hostPorts = result.assignments.flatMap(({ ports }) => ports.map(({ hostPort }) => hostPort))
    expect(new Set(hostPorts).size).toBe(9)
    expect(result.assignments.map(({ ports }) => ports[0]?.containerPort)).toEqual([80, 80, 80])
    expect(hostPorts.filter((each) => each >= 20_000 && each <= 32_000)).toHaveLength(3)
    expect(run(snapshotOf([host('a')]), { count: 4, ports: [port('9000-9005'), port('9000-9005')] }).refusals[0]?.summary).toBe(
      'no port of 9000-9005 free on 1 host',
    )
  })

  it('prefers the emptier host, then the one used more evenly', () => {
    const used = host('used', { reserved: { cpuMillis: 1000, memoryBytes: 2 * Gi, diskBytes: 0 } })
    expect(run(snapshotOf([used, host('empty')]), {}).assignments[0]?.host).toBe('empty')
    const uneven = host('uneven', { reserved: { cpuMillis: 2000, memoryBytes: 0, diskBytes: 0 } })
    expect(run(snapshotOf([uneven, used]), {}).assignments[0]?.host).toBe('used')
  })

  it('takes a host with 5 recent failures of the app last, and one with 4 like any other (SwarmKit)', () => {
    const busy = { reserved: { cpuMillis: 3000, memoryBytes: 0, diskBytes: 0 } }
    const hosts = [host('bad'), host('fair', busy)]
    expect(run(snapshotOf(hosts), { failures: { bad: 5 } }).assignments[0]?.host).toBe('fair')
    expect(run(snapshotOf(hosts), { failures: { bad: 4 } }).assignments[0]?.host).toBe('bad')
    const all = run(snapshotOf(hosts), { count: 12, failures: { bad: 5 }, spread: ['host'] }).assignments.map((each) => each.host)
    expect(all.slice(0, 10).every((name) => name === 'fair')).toBe(true)
    expect(all.slice(10)).toEqual(['bad', 'bad'])
  })
})

describe('what is told', () => {
  it('records the hosts that were considered, that fitted, and that came next', () => {
    const hosts = [...racks(2, 4), host('off', { status: 'unreachable' })]
    const [first] = run(snapshotOf(hosts), { spread: ['rack', 'host'] }).assignments
    expect(first?.placement).toMatchObject({ at: 1000, considered: 9, feasible: 8 })
    expect(Object.keys(first?.placement.scores ?? {})).toEqual(['spread:rack', 'spread:host', 'free', 'balance', 'dice'])
    expect(first?.placement.runnersUp).toHaveLength(5)
    const scores = [first?.placement.score ?? 0, ...(first?.placement.runnersUp ?? []).map(({ score }) => score)]
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  })

  it('lists a failing host among those that lost', () => {
    const [first] = run(snapshotOf([host('bad'), host('good')]), { failures: { bad: 9 } }).assignments
    expect(first?.placement.runnersUp).toMatchObject([{ host: 'bad', scores: { failures: -1_000_000 } }])
  })

  it('counts the first failed rule of each host, in one sentence', () => {
    const little = { allocatable: { cpuMillis: 4000, memoryBytes: 100 * Mi, diskBytes: 0 } }
    const taken = { takenPorts: new Set(['tcp/8080']) }
    const hosts = [
      host('a', little),
      host('b', little),
      host('c', { ...little, ...taken }),
      host('d', taken),
      host('e', { status: 'unreachable' }),
    ]
    const [refusal] = run(snapshotOf(hosts), { ports: [port(8080)] }).refusals
    expect(refusal?.summary).toBe('insufficient memory on 3 hosts; 1 unreachable; port 8080 taken on 1')
    expect(refusal?.reasons.map(({ rule, hosts: count }) => [rule, count])).toEqual([
      ['memory', 3],
      ['status', 1],
      ['port', 1],
    ])
  })

  it('says so when there are no hosts', () => expect(run(snapshotOf([]), {}).refusals[0]?.summary).toBe('there are no hosts'))

  it('places nothing for a count of 0', () => expect(run(snapshotOf([host('a')]), { count: 0 })).toEqual({ assignments: [], refusals: [] }))
})
