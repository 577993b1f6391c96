import { describe, expect, it } from 'vitest'
import { brake, EVICTION_INTERVAL_MS, SLOW_EVICTION_INTERVAL_MS } from './brake.ts'

const NOW = 10_000_000

const since = NOW - 1000

function centre(name: string, up: number, down: number) {
  return [
    ...Array.from({ length: up }, (_, index) => ({ name: `${name}-up${index}`, centre: name, status: 'ready' as const, statusSince: 0 })),
    ...Array.from({ length: down }, (_, index) => ({
      name: `${name}-down${index}`,
      centre: name,
      status: 'unreachable' as const,
      statusSince: since,
    })),
  ]
}

describe('the mass-failure brake', () => {
  it('moves one host at once and the next ones ten seconds apart', () => {
    const hosts = centre('A', 8, 2)
    const verdict = brake(hosts, NOW)
    expect([...verdict.evictable]).toEqual(['A-down0'])
    expect(verdict.on).toBe(false)
    expect(verdict.lookAgainAt).toBe(NOW - 1000 + EVICTION_INTERVAL_MS)
    expect(brake(hosts, NOW + EVICTION_INTERVAL_MS).evictable.size).toBe(2)
  })

  it.each([
    { up: 2, down: 2, on: false, why: 'two hosts are never a mass failure' },
    { up: 3, down: 3, on: false, why: '50 % is below the share' },
    { up: 9, down: 11, on: true, why: '55 % is the share' },
    { up: 10, down: 12, on: false, why: '54.5 % is not' },
  ])('with $down of $down+$up down: on = $on, since $why', ({ up, down, on }) => {
    const verdict = brake(centre('A', up, down), NOW)
    expect(verdict.on).toBe(on)
    expect(verdict.evictable.size).toBe(on ? 0 : 1)
  })

  it('goes slowly in a centre of more than fifty hosts', () => {
    const hosts = centre('A', 20, 40)
    const verdict = brake(hosts, NOW)
    expect(verdict.on).toBe(true)
    expect(verdict.evictable.size).toBe(1)
    expect(verdict.lookAgainAt).toBe(NOW - 1000 + SLOW_EVICTION_INTERVAL_MS)
  })

  it('moves a centre that is wholly down while another one stands', () => {
    const hosts = [...centre('A', 0, 4), ...centre('B', 4, 0)]
    expect(brake(hosts, NOW)).toMatchObject({ on: false })
    expect(brake(hosts, NOW + 40_000).evictable.size).toBe(4)
  })

  it('stops everything when all centres are wholly down', () => {
    const verdict = brake([...centre('A', 0, 3), ...centre('B', 0, 3)], NOW + 999_999)
    expect(verdict.on).toBe(true)
    expect(verdict.evictable.size).toBe(0)
    expect(verdict.reason).toContain('all 6 hosts')
  })

  it('counts a blocked host as lost: it may have been installed anew', () => {
    const hosts = centre('A', 8, 0).concat({ ...(centre('A', 0, 1)[0] as ReturnType<typeof centre>[number]), status: 'blocked' as never })
    expect([...brake(hosts, NOW).evictable]).toEqual(['A-down0'])
  })

  it('still moves what a single host or a pair ran: there is no telling them from a network', () => {
    expect(brake(centre('A', 0, 1), NOW).evictable.size).toBe(1)
  })
})
