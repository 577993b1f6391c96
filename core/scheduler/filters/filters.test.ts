import { describe, expect, it } from 'vitest'
import type { Constraint, PortSpec, RuleName } from '../../contract/index.ts'
import { explain } from '../explain.ts'
import { Gi, host, Mi, on, port, racks, request, snapshotOf } from '../fixtures.ts'
import type { HostSnapshot, PlacementRequest } from '../snapshot.ts'
import { readableBytes } from './resources.ts'

function verdict(rule: RuleName, one: HostSnapshot, change: Partial<PlacementRequest> = {}) {
  const [found] = explain(snapshotOf([one]), request(change))
  const result = found?.rules.find((each) => each.rule === rule)
  return `${result?.passes ? 'yes' : 'no'}: ${result?.text ?? ''}`
}

it('checks every rule once, in the published order', () => {
  const [found] = explain(snapshotOf([host('a')]), request())
  expect(found?.rules.map(({ rule }) => rule)).toEqual(['status', 'scheduling', 'engine', 'constraint', 'cpu', 'memory', 'disk', 'port'])
  expect(found?.feasible).toBe(true)
})

describe('status and scheduling', () => {
  it.each([
    ['ready', 'yes: the host is ready'],
    ['connecting', 'no: the host is still being connected to'],
    ['unreachable', 'no: the host does not answer'],
    ['blocked', 'no: the SSH host key changed; a person has to decide'],
  ] as const)('status %s', (status, text) => expect(verdict('status', host('a', { status }))).toBe(text))

  it.each([
    ['open', 'yes: the host takes new instances'],
    ['cordoned', 'no: the host is cordoned: it takes no new instances'],
    ['draining', 'no: the host is being drained: its instances move away'],
    ['drained', 'no: the host is drained: it takes no new instances'],
  ] as const)('scheduling %s', (scheduling, text) => expect(verdict('scheduling', host('a', { scheduling }))).toBe(text))
})

describe('engine', () => {
  it.each([
    ['docker', { image: true }, 'yes: the host runs containers'],
    ['docker', { artifact: true, command: true }, 'no: the host runs containers, and the app gives no image'],
    ['process', { artifact: true, command: true }, 'yes: the host runs processes'],
    ['process', { command: true }, 'yes: the host runs processes'],
    ['process', { image: true }, 'no: the host runs processes, and the app gives only an image'],
    ['process', { image: true, command: true }, 'no: the host runs processes, and the app gives only an image'],
    ['process', { image: true, artifact: true, command: true }, 'yes: the host runs processes'],
  ] as const)('%s with %j', (engine, gives, text) =>
    expect(verdict('engine', host('a', { engine }), { image: false, ...gives })).toBe(text),
  )
})

describe('constraint (Marathon T3, T4)', () => {
  const rackB2 = host('a', { fields: { rack: 'B2' } })
  it.each<[Constraint, string]>([
    [on('rack', 'is', 'B2'), 'yes: rack B2 is "B2"'],
    [on('rack', 'is', 'B1'), 'no: rack is B2, and must be "B1"'],
    [on('rack', 'is-not', 'B1'), 'yes: rack B2 is not "B1"'],
    [on('rack', 'is-not', 'B2'), 'no: rack is B2, and must not be "B2"'],
    [on('rack', 'like', 'B[1-3]'), 'yes: rack B2 matches "B[1-3]"'],
    [on('rack', 'like', 'B'), 'no: rack is B2, and must match "B"'],
    [on('rack', 'unlike', 'B'), 'yes: rack B2 does not match "B"'],
    [on('rack', 'unlike', 'B.'), 'no: rack is B2, and must not match "B."'],
    [on('room', 'is', ''), 'no: the host has no room, which must be ""'],
    [on('room', 'like', '.*'), 'no: the host has no room, which must match ".*"'],
    [on('room', 'is-not', 'x'), 'yes: the host has no room'],
    [on('room', 'unlike', '.*'), 'yes: the host has no room'],
    [on('room', 'unique'), 'no: the host has no room'],
    [on('room', 'max-per', 9), 'no: the host has no room'],
    [on('constructor', 'is-not', 'x'), 'yes: the host has no constructor'],
  ])('%j', (constraint, text) => expect(verdict('constraint', rackB2, { constraints: [constraint] })).toBe(text))

  it.each(['like', 'unlike'] as const)('lets nothing pass when the pattern of "%s" is not valid', (operator) =>
    expect(verdict('constraint', rackB2, { constraints: [on('rack', operator, '(')] })).toMatch(/^no: the pattern "\(" is not valid: /),
  )

  it('names every constraint that fails', () =>
    expect(verdict('constraint', rackB2, { constraints: [on('rack', 'is', 'B1'), on('host', 'is', 'a'), on('room', 'unique')] })).toBe(
      'no: rack is B2, and must be "B1"; the host has no room',
    ))

  it('counts instances by value, less those that leave', () => {
    const pool = snapshotOf(racks(2, 2), { shop: ['a1', 'a2', 'b1', 'gone'] })
    const texts = (constraint: Constraint, leaving: string[] = []) =>
      explain(pool, request({ constraints: [constraint], leaving })).map(
        ({ rules }) => rules.find(({ rule }) => rule === 'constraint')?.text,
      )
    expect(texts(on('rack', 'max-per', 2))).toEqual([
      'rack A already has 2 of at most 2 instances',
      'rack A already has 2 of at most 2 instances',
      'rack B has 1 of at most 2 instances',
      'rack B has 1 of at most 2 instances',
    ])
    expect(texts(on('host', 'unique'), ['a1'])).toEqual([
      'host a1 has no instance yet',
      'host a2 already has an instance, and may have only one',
      'host b1 already has an instance, and may have only one',
      'host b2 has no instance yet',
    ])
  })
})

describe('cpu, memory, disk', () => {
  const nearlyFull = host('a', {
    allocatable: { cpuMillis: 1000, memoryBytes: Gi, diskBytes: 10 * Gi },
    reserved: { cpuMillis: 950, memoryBytes: 924 * Mi, diskBytes: 10 * Gi },
  })
  it.each<[RuleName, Partial<PlacementRequest['resources']>, string]>([
    ['cpu', { cpuMillis: 50 }, 'yes: needs 50m of CPU, 50m free'],
    ['cpu', { cpuMillis: 51 }, 'no: needs 51m of CPU, 50m free'],
    ['memory', { memoryBytes: 100 * Mi }, 'yes: needs 100Mi of memory, 100Mi free'],
    ['memory', { memoryBytes: 256 * Mi }, 'no: needs 256Mi of memory, 100Mi free'],
    ['disk', { diskBytes: 1 }, 'no: needs 1 of disk, 0 free'],
    ['disk', { diskBytes: 0 }, 'yes: needs no disk'],
  ])('%s %j', (rule, resources, text) =>
    expect(verdict(rule, nearlyFull, { resources: { cpuMillis: 1, memoryBytes: 1, diskBytes: 0, ...resources } })).toBe(text),
  )

  it('takes 0 allocatable disk for unknown', () =>
    expect(verdict('disk', host('a'), { resources: { cpuMillis: 1, memoryBytes: 1, diskBytes: Gi } })).toBe(
      'yes: needs 1Gi of disk; the host does not say how much it has',
    ))

  it('never shows equal amounts that differ', () => {
    const one = host('a', { allocatable: { cpuMillis: 1, memoryBytes: 7 * Gi + 1_000_001, diskBytes: 0 } })
    expect(verdict('memory', one, { resources: { cpuMillis: 1, memoryBytes: 7 * Gi + 1_000_003, diskBytes: 0 } })).toBe(
      'no: needs 7517192771 bytes of memory, 7517192769 bytes free',
    )
  })

  it.each([
    [0, '0'],
    [256 * Mi, '256Mi'],
    [8_123_456_789, '7.56Gi'],
    [1_234_567_890_123, '1.12Ti'],
    [123_456_789, '117.73Mi'],
  ])('writes %d bytes as %s', (bytes, text) => expect(readableBytes(bytes)).toBe(text))
})

describe('port', () => {
  const one = host('a', { takenPorts: new Set(['tcp/8080', 'tcp/8000', 'udp/53']) })
  it.each<[PortSpec[], string]>([
    [[], 'yes: needs no port'],
    [[port('auto')], 'yes: the port can be had'],
    [[port(8080)], 'no: port 8080/tcp is taken'],
    [[port(8080, 'udp')], 'yes: the port can be had'],
    [[port(53, 'udp')], 'no: port 53/udp is taken'],
    [[port('8000-8000')], 'no: port 8000/tcp is taken'],
    [[port('8000-8001'), port(8001)], 'no: no port of 8000-8001/tcp is free'],
    [[port('8000-8002'), port(8001)], 'yes: all 2 ports can be had'],
    [[port(9000), port(9000)], 'no: port 9000/tcp is asked for twice'],
    [[port(9000), port(9000, 'udp')], 'yes: all 2 ports can be had'],
    [[port('9001-9003'), port('9002-9003'), port('9003-9004'), port('9001-9002')], 'yes: all 4 ports can be had'],
    [[port('9001-9003'), port('9002-9003'), port('9003-9003'), port('9001-9002')], 'no: no port of 9001-9003/tcp is free'],
  ])('%j', (ports, text) => expect(verdict('port', one, { ports })).toBe(text))
})
