import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RuleName } from '../contract/index.ts'
import { fits } from './capacity.ts'
import { explain } from './explain.ts'
import { host, on, port, request, snapshotOf } from './fixtures.ts'
import { place } from './place.ts'
import type { HostSnapshot, PlacementRequest, PlaceResult, Snapshot } from './snapshot.ts'
import { summarise } from './summary.ts'

const Rack = fc.constantFrom('A', 'B', 'C')
const Host = fc.record({
  status: fc.constantFrom('ready', 'ready', 'ready', 'ready', 'unreachable'),
  scheduling: fc.constantFrom('open', 'open', 'open', 'open', 'cordoned'),
  engine: fc.constantFrom('docker', 'docker', 'process'),
  rack: fc.option(Rack, { nil: undefined }),
  centre: fc.constantFrom('X', 'Y'),
  allocatable: fc.record({ cpuMillis: fc.nat(2000), memoryBytes: fc.nat(2000), diskBytes: fc.constantFrom(0, 500) }),
  usedShare: fc.double({ min: 0, max: 1, noNaN: true }),
  takenPorts: fc.uniqueArray(fc.integer({ min: 8000, max: 8004 }), { maxLength: 4 }),
})
const Port = fc.constantFrom(port(8000), port(8001), port('8000-8003'), port('8002-8004'), port('auto'), port(8000, 'udp'))
const Rule = fc.constantFrom(
  on('rack', 'is', 'A'), on('rack', 'is-not', 'A'), on('rack', 'like', '[AB]'), on('rack', 'unlike', 'A|C'),
  on('rack', 'unique'), on('host', 'unique'), on('rack', 'max-per', 2), on('centre', 'max-per', 3),
) // prettier-ignore

const Request = fc.record({
  app: fc.constantFrom('one', 'two', 'three'),
  count: fc.nat(6),
  image: fc.constant(true),
  artifact: fc.boolean(),
  command: fc.boolean(),
  resources: fc.record({ cpuMillis: fc.nat(600), memoryBytes: fc.nat(600), diskBytes: fc.constantFrom(0, 0, 200) }),
  ports: fc.array(Port, { maxLength: 3 }),
  constraints: fc.array(Rule, { maxLength: 2 }),
  spread: fc.shuffledSubarray(['centre', 'rack', 'host']),
  failures: fc.constantFrom<Record<string, number>>({}, { h0: 5 }, { h1: 9, h2: 1 }),
  leaving: fc.constant<string[]>([]),
})

const Cluster = fc.record({ hosts: fc.array(Host, { minLength: 1, maxLength: 8 }), running: fc.array(fc.constantFrom('h0', 'h1', 'h2'), { maxLength: 4 }) }).map(
  ({ hosts, running }) =>
    snapshotOf(
      hosts.map(({ rack, centre, usedShare, takenPorts, ...rest }, index) =>
        host(`h${index}`, {
          ...rest,
          fields: { centre, ...(rack ? { rack } : {}) },
          reserved: {
            cpuMillis: Math.floor(rest.allocatable.cpuMillis * usedShare),
            memoryBytes: Math.floor(rest.allocatable.memoryBytes * usedShare),
            diskBytes: 0,
          },
          takenPorts: new Set(takenPorts.map((each) => `tcp/${each}`)),
        }),
      ),
      { one: running },
    ),
) // prettier-ignore
/** Only instances that are there can leave. */
const Case = fc
  .record({ snapshot: Cluster, requests: fc.array(Request, { minLength: 1, maxLength: 5 }), seed: fc.nat(100), leave: fc.nat(2) })
  .map(({ leave, requests, ...rest }) => ({
    ...rest,
    requests: requests.map((each, index) =>
      index === 0 ? { ...each, leaving: rest.snapshot.instancesOf.get('one')?.slice(0, leave) ?? [] } : each,
    ),
  }))

/** The snapshot as it is once the assignments have been carried out. */
function after({ hosts, instancesOf }: Snapshot, requests: readonly PlacementRequest[], { assignments }: PlaceResult): Snapshot {
  const placed = assignments.slice()
  const needs = requests.flatMap((each) => {
    const mine = placed.filter(({ app }) => app === each.app)
    return mine.splice(0, each.count).map((assignment) => ({ assignment, resources: each.resources }))
  })
  return {
    hosts: hosts.map((each) => {
      const here = needs.filter(({ assignment }) => assignment.host === each.name)
      const total = (key: keyof HostSnapshot['reserved']) => here.reduce((sum, need) => sum + need.resources[key], each.reserved[key])
      return {
        ...each,
        reserved: { cpuMillis: total('cpuMillis'), memoryBytes: total('memoryBytes'), diskBytes: total('diskBytes') },
        takenPorts: new Set([
          ...each.takenPorts,
          ...here.flatMap(({ assignment }) => assignment.ports.map(({ protocol, hostPort }) => `${protocol}/${hostPort}`)),
        ]),
      }
    }),
    instancesOf: new Map(
      [...new Set([...instancesOf.keys(), ...assignments.map(({ app }) => app)])].map((app) => [
        app,
        [...(instancesOf.get(app) ?? []), ...assignments.filter((each) => each.app === app).map((each) => each.host)],
      ]),
    ),
  }
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) freeze(inner)
  }
  return value
}

/** One app per request, so that each assignment is known to belong to one of them. */
const distinct = (requests: readonly PlacementRequest[]) =>
  requests.map((each, index) => ({ ...each, app: index === 0 ? 'one' : `app${index}` }))

it('answers alike for the same arguments, and changes none of them', () => {
  fc.assert(
    fc.property(Case, ({ snapshot, requests, seed }) => {
      const frozen = freeze({ snapshot, requests })
      const first = place(frozen.snapshot, frozen.requests, { now: 1, seed })
      expect(place(frozen.snapshot, frozen.requests, { now: 1, seed })).toEqual(first)
      const asked = requests.reduce((sum, { count }) => sum + count, 0)
      expect(first.assignments.length + first.refusals.reduce((sum, { count }) => sum + count, 0)).toBe(asked)
    }),
  )
})

it('never exceeds capacity, never gives a port twice, and only what is asked for', () => {
  fc.assert(
    fc.property(Case, ({ snapshot, requests: all, seed }) => {
      const requests = distinct(all)
      const result = place(snapshot, requests, { now: 1, seed })
      const end = after(snapshot, requests, result)
      for (const [index, each] of end.hosts.entries()) {
        const mine = result.assignments.filter((assignment) => assignment.host === each.name)
        for (const key of ['cpuMillis', 'memoryBytes'] as const) expect(each.reserved[key]).toBeLessThanOrEqual(each.allocatable[key])
        if (each.allocatable.diskBytes > 0) expect(each.reserved.diskBytes).toBeLessThanOrEqual(each.allocatable.diskBytes)
        const given = mine.reduce((sum, { ports }) => sum + ports.length, 0)
        expect(each.takenPorts.size).toBe((snapshot.hosts[index]?.takenPorts.size ?? 0) + given)
      }
      for (const { app, ports } of result.assignments) {
        const wanted = requests.find((each) => each.app === app)?.ports ?? []
        expect(ports.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name))
        ports.forEach(({ hostPort }, index) => {
          const spec = wanted[index]?.host ?? 0
          const [from = 0, to = from] = spec === 'auto' ? [20_000, 32_000] : String(spec).split('-').map(Number)
          expect(hostPort >= from && hostPort <= to).toBe(true)
        })
      }
    }),
  )
})

it('assigns only hosts that every rule allows at that moment, by its own explanation and by the re-check', () => {
  fc.assert(
    fc.property(Case, ({ snapshot, requests: all, seed }) => {
      for (const each of distinct(all)) {
        let now = snapshot
        for (const assignment of place(snapshot, [each], { now: 1, seed }).assignments) {
          const verdicts = explain(now, each)
          expect(verdicts.find((verdict) => verdict.host === assignment.host)?.feasible).toBe(true)
          expect(assignment.placement.feasible).toBe(verdicts.filter(({ feasible }) => feasible).length)
          const target = now.hosts.find(({ name }) => name === assignment.host)
          expect(target && fits(target, { resources: each.resources, ports: assignment.ports })).toBe(true)
          now = after(now, [{ ...each, count: 1 }], { assignments: [assignment], refusals: [] })
        }
      }
    }),
  )
})

/** The same host and request without what the rule complains of. */
function lift(rule: RuleName, { one, wish }: { one: HostSnapshot; wish: PlacementRequest }): { one: HostSnapshot; wish: PlacementRequest } {
  switch (rule) {
    case 'status':
      return { wish, one: { ...one, status: 'ready' } }
    case 'scheduling':
      return { wish, one: { ...one, scheduling: 'open' } }
    case 'engine':
      return { one, wish: { ...wish, image: true, artifact: true } }
    case 'constraint':
      return { one, wish: { ...wish, constraints: [] } }
    case 'port':
      return { one, wish: { ...wish, ports: [] } }
    case 'cpu':
      return { one, wish: { ...wish, resources: { ...wish.resources, cpuMillis: 0 } } }
    case 'memory':
      return { one, wish: { ...wish, resources: { ...wish.resources, memoryBytes: 0 } } }
    case 'disk':
      return { one, wish: { ...wish, resources: { ...wish.resources, diskBytes: 0 } } }
  }
}

it('refuses truly: no host is feasible, and lifting just the rules a host fails makes it feasible', () => {
  fc.assert(
    fc.property(Case, ({ snapshot, requests: all, seed }) => {
      const requests = distinct(all)
      const result = place(snapshot, requests, { now: 1, seed })
      const refused = result.refusals.at(-1)
      if (!refused) return
      const until = requests.slice(0, requests.findIndex(({ app }) => app === refused.app) + 1)
      const known = new Set(until.map(({ app }) => app))
      const then = after(snapshot, until, { ...result, assignments: result.assignments.filter(({ app }) => known.has(app)) })
      const wish = until.at(-1) ?? request()
      const verdicts = explain(then, wish)
      expect({ summary: refused.summary, reasons: refused.reasons }).toEqual(summarise(verdicts))
      verdicts.forEach((verdict, index) => {
        const failed = verdict.rules.filter(({ passes }) => !passes).map(({ rule }) => rule)
        expect(failed.length).toBeGreaterThan(0)
        for (const kept of [undefined, ...failed]) {
          const start = { one: then.hosts[index] ?? host('none'), wish }
          const lifted = failed.filter((rule) => rule !== kept).reduce((state, rule) => lift(rule, state), start)
          const hosts = then.hosts.with(index, lifted.one)
          const now = explain({ ...then, hosts }, lifted.wish)
          expect(now[index]?.feasible).toBe(kept === undefined)
        }
      })
    }),
  )
})

it('keeps the difference between failure domains at one when nothing else differs', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }), fc.nat(40), (racks, perRack, count) => {
      const hosts = Array.from({ length: racks * perRack }, (_, index) => host(`h${index}`, { fields: { rack: `r${index % racks}` } }))
      const { assignments } = place(snapshotOf(hosts), [request({ count, spread: ['rack', 'host'] })], { now: 1, seed: count })
      const counts = (field: string) => {
        const tally = new Map(hosts.map((each) => [each.fields[field], 0]))
        for (const { host: name } of assignments) {
          const value = hosts.find((each) => each.name === name)?.fields[field]
          tally.set(value, (tally.get(value) ?? 0) + 1)
        }
        return [...tally.values()]
      }
      const rackCounts = counts('rack')
      expect(Math.max(...rackCounts) - Math.min(...rackCounts)).toBeLessThanOrEqual(1)
      for (let rack = 0; rack < racks; rack++) {
        const inRack = counts('host').filter((_, index) => index % racks === rack)
        expect(Math.max(...inRack) - Math.min(...inRack)).toBeLessThanOrEqual(1)
      }
    }),
  )
})

it('always takes the best host by its own order: no runner-up scores higher, and spread is never worse than needed', () => {
  fc.assert(
    fc.property(Case, ({ snapshot, requests, seed }) => {
      for (const { placement } of place(snapshot, distinct(requests), { now: 1, seed }).assignments) {
        expect(placement.runnersUp).toHaveLength(Math.min(5, placement.feasible - 1))
        for (const { score } of placement.runnersUp) expect(score).toBeLessThanOrEqual(placement.score)
      }
    }),
  )
})
