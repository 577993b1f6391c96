import { describe, expect, it } from 'vitest'
import { HealthCheck } from '../contract/index.ts'
import { judgeHealth, overallHealth, UNCHECKED, type CheckState } from './judge-health.ts'

const check = (change: object = {}) => HealthCheck.parse({ kind: 'tcp', port: 'http', ...change })

function run(results: string, options: { check?: HealthCheck; everyMs?: number } = {}): CheckState {
  let state = UNCHECKED
  for (const [index, letter] of Array.from(results).entries())
    state = judgeHealth(state, {
      check: options.check ?? check(),
      passed: letter === '+',
      startedAt: 0,
      at: (index + 1) * (options.everyMs ?? 10_000),
    })
  return state
}

describe('judging health', () => {
  it('has the documented defaults', () => {
    expect(check()).toMatchObject({ grace: '60s', interval: '10s', timeout: '5s', failures: 3 })
  })

  it.each([
    { results: '+', health: 'healthy', why: 'one success is enough' },
    { results: '+--', health: 'healthy', why: 'two failures are not three' },
    { results: '+---', health: 'unhealthy', why: 'the third in a row decides' },
    { results: '+--+--', health: 'healthy', why: 'a success starts the count anew' },
    { results: '+---+', health: 'healthy', why: 'it may recover' },
    { results: '-----', health: 'unknown', why: 'within 60 s of grace failures do not count' },
    { results: '--------', health: 'unhealthy', why: 'from 60 s on they do: at 60, 70 and 80 s' },
    { results: '-------', health: 'unknown', why: 'at 60 and 70 s only two count' },
    { results: '+---', health: 'unhealthy', why: 'grace ends at the first success' },
  ])('$results → $health: $why', ({ results, health }) => {
    expect(run(results).health).toBe(health)
  })

  it('never gives up with failures: 0', () => {
    expect(run(`+${'-'.repeat(50)}`, { check: check({ failures: 0 }) }).health).toBe('healthy')
  })

  it('is healthy only when all checks are, and unhealthy when one is', () => {
    const good = run('+')
    const bad = run('+---')
    expect(overallHealth([good, good])).toBe('healthy')
    expect(overallHealth([good, UNCHECKED])).toBe('unknown')
    expect(overallHealth([good, bad])).toBe('unhealthy')
    expect(overallHealth([])).toBe('unknown')
  })
})
