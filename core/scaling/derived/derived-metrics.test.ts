import { describe, expect, it } from 'vitest'
import { DerivedMetrics, type DerivedDefinition, type History } from './derived-metrics.ts'

const NOW = 10 * 86_400_000
const MEASURED = { cpu: { core: 1 }, requests: { request: 1, s: -1 }, latency: { s: 1 }, 'network-in': { byte: 1, s: -1 } }
const history = (...values: number[]): History => values.map((value, index) => ({ at: NOW - (values.length - 1 - index) * 5000, value }))
const one = (expression: string, unit: DerivedDefinition['unit'] = {}): DerivedDefinition => ({ name: 'derived:x', expression, unit })
const issuesOf = (...definitions: DerivedDefinition[]) => new DerivedMetrics(definitions, MEASURED).issues.map(({ message }) => message)
const valueOf = (definition: DerivedDefinition, data: Record<string, History>) =>
  new DerivedMetrics([definition], MEASURED).value('derived:x', (metric) => data[metric], NOW)

describe('24: derived metrics', () => {
  it('are computed from what was measured', () => {
    const definition = one('network_in / requests', { byte: 1, request: -1 })
    expect(issuesOf(definition)).toEqual([])
    expect(valueOf(definition, { 'network-in': history(500), requests: history(10) }).value).toBe(50)
  })
  it('look at windows', () => {
    const data = { requests: history(10, 20, 30) }
    const unit = { request: 1, s: -1 }
    expect(valueOf(one("mean('requests', 60)", unit), data).value).toBe(20)
    expect(valueOf(one("highest('requests', 6)", unit), data).value).toBe(30)
    expect(valueOf(one("percentile('requests', 0.5, 60)", unit), data).value).toBe(20)
    const days = [{ at: NOW - 86_400_000, value: 15 }, ...history(30)]
    expect(valueOf(one("requests / yesterday('requests')"), { requests: days }).value).toBe(2)
  })
  it('a name that is unknown is refused', () => {
    expect(issuesOf(one('cpu / users'))[0]).toContain('users')
    expect(issuesOf(one("mean('users', 60)"))[0]).toContain('users')
  })
  it('a circle is refused', () => {
    expect(issuesOf({ name: 'a', expression: 'b * 2', unit: {} }, { name: 'b', expression: 'a * 2', unit: {} })[0]).toContain('circle')
  })
  it('unlike units and a wrong stated unit are refused', () => {
    expect(issuesOf(one('cpu + latency', { core: 1 }))[0]).toContain('unlike units')
    expect(issuesOf(one('cpu / requests', { core: 1 }))[0]).toContain('unit')
    expect(issuesOf(one('cpu * 2', { core: 1 }))).toEqual([])
  })
  it('programs are refused: it is an expression, and a short one', () => {
    for (const text of ['cpu.constructor', 'process.exit(1)', '"text"', 'cpu >', `cpu${' + cpu'.repeat(400)}`])
      expect(issuesOf(one(text))).toHaveLength(1)
  })
  it('a division by zero and a missing input are missing, never zero', () => {
    const definition = one('cpu / requests', { core: 1, request: -1, s: 1 })
    expect(valueOf(definition, { cpu: history(1), requests: history(0) }).value).toBeNull()
    expect(valueOf(definition, { cpu: history(1) }).value).toBeNull()
  })
  it('is as old as its oldest input', () => {
    const old = [{ at: NOW - 60_000, value: 4 }]
    expect(valueOf(one('cpu / requests', { core: 1, request: -1, s: 1 }), { cpu: old, requests: history(2) })).toEqual({
      value: 2,
      at: NOW - 60_000,
    })
  })
})
