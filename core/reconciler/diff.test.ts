import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diff, SETTLE_MS, victims, type KnownInstance, type WantedApp } from './diff.ts'

const NOW = 1_000_000

const wanted = (change: Partial<WantedApp> = {}): WantedApp => ({
  instances: 3,
  runRevision: 1,
  restartGeneration: 0,
  hasHealthChecks: true,
  minHealthy: 1,
  maxOver: 0.25,
  replaceAfterMs: 0,
  backoffUntil: null,
  failing: false,
  ...change,
})

let serial = 0
const instance = (change: Partial<KnownInstance> = {}): KnownInstance => ({
  id: `i${serial++}`,
  revision: 1,
  restartGeneration: 0,
  host: 'a',
  hostLeaving: false,
  hostEvictable: true,
  status: 'running',
  statusSince: NOW - 60_000,
  health: 'healthy',
  createdAt: NOW - 60_000,
  ...change,
})
const many = (count: number, change: Partial<KnownInstance> = {}) => Array.from({ length: count }, () => instance(change))

describe('diff', () => {
  it('starts what is missing and leaves alone what fits', () => {
    expect(diff(wanted(), [], NOW).start).toEqual({ count: 3, cause: 'scale' })
    expect(diff(wanted(), many(3), NOW)).toEqual({ stop: [], failed: [], start: { count: 0, cause: 'scale' }, lookAgainAt: null })
  })

  it('stops everything, unreachable instances included, when nothing is wanted', () => {
    const known = [...many(2), instance({ status: 'unreachable' })]
    expect(diff(wanted({ instances: 0 }), known, NOW).stop).toHaveLength(3)
  })

  it('replaces a failed instance only when the back-off is over', () => {
    const known = [...many(2), instance({ status: 'failed' })]
    const waiting = diff(wanted({ backoffUntil: NOW + 1150, failing: true }), known, NOW)
    expect(waiting.failed).toHaveLength(1)
    expect(waiting.start.count).toBe(0)
    expect(waiting.lookAgainAt).toBe(NOW + 1150)
    expect(diff(wanted({ backoffUntil: NOW - 1, failing: true }), many(2), NOW).start).toEqual({ count: 1, cause: 'replace' })
  })

  it('stops an unhealthy instance and counts it as failed', () => {
    const sick = instance({ health: 'unhealthy' })
    const result = diff(wanted(), [...many(2), sick], NOW)
    expect(result.stop).toEqual([{ id: sick.id, cause: 'unhealthy' }])
    expect(result.failed).toEqual([sick.id])
  })

  it('waits for an unreachable instance as long as the app says, then replaces it without stopping it', () => {
    const away = instance({ status: 'unreachable', statusSince: NOW - 10_000 })
    const early = diff(wanted({ replaceAfterMs: 30_000 }), [...many(2), away], NOW)
    expect(early.start.count).toBe(0)
    expect(early.lookAgainAt).toBe(NOW + 20_000)
    const late = diff(wanted({ replaceAfterMs: 10_000 }), [...many(2), away], NOW)
    expect(late.start).toEqual({ count: 1, cause: 'replace' })
    expect(late.stop).toEqual([])
  })

  it('does not give up instances of a host that the brake holds', () => {
    const away = instance({ status: 'unreachable', hostEvictable: false })
    expect(diff(wanted(), [...many(2), away], NOW).start.count).toBe(0)
  })

  it('removes the surplus once a host returns: the youngest goes', () => {
    const old = many(3, { createdAt: NOW - 100_000 })
    const young = instance({ createdAt: NOW - 1000, host: 'b' })
    // Host a has most of them, so the choice falls on a before age counts: three on a, one on b.
    expect(diff(wanted(), [...old, young], NOW).stop).toEqual([{ id: expect.stringMatching(/^i/) as string, cause: 'surplus' }])
    const spread = ['a', 'b', 'c'].map((host) => instance({ host, createdAt: NOW - 100_000 }))
    const newcomer = instance({ host: 'd', createdAt: NOW - 1000 })
    expect(diff(wanted(), [...spread, newcomer], NOW).stop).toEqual([{ id: newcomer.id, cause: 'surplus' }])
  })

  it.each([
    // Marathon's numbers: keep = ceil(n * minHealthy), cap = floor(n * (1 + maxOver)), cap + 1 when equal.
    { n: 3, minHealthy: 0.7, maxOver: 0, starts: 1, stops: 0 },
    { n: 4, minHealthy: 1, maxOver: 0.25, starts: 1, stops: 0 },
    { n: 10, minHealthy: 0.5, maxOver: 0, starts: 5, stops: 5 },
    { n: 100, minHealthy: 0.55, maxOver: 0.15, starts: 60, stops: 45 },
    { n: 10, minHealthy: 0, maxOver: 0, starts: 10, stops: 10 },
    { n: 1, minHealthy: 1, maxOver: 0, starts: 1, stops: 0 },
  ])(
    'begins to replace $n at minHealthy $minHealthy, maxOver $maxOver with $starts starts and $stops stops',
    ({ n, minHealthy, maxOver, starts, stops }) => {
      const result = diff(wanted({ instances: n, runRevision: 2, minHealthy, maxOver }), many(n), NOW)
      expect(result.start).toEqual({ count: starts, cause: 'update' })
      expect(result.stop).toHaveLength(stops)
    },
  )

  it('stops one old instance for each new one that is ready, and old ones that are not ready first', () => {
    const old = [...many(2), instance({ health: 'unknown', status: 'starting' })]
    const result = diff(wanted({ runRevision: 2 }), [...old, instance({ revision: 2 })], NOW)
    expect(result.stop.map(({ id }) => id)).toEqual([old[2]?.id])
    const later = diff(wanted({ runRevision: 2 }), [...many(3), instance({ revision: 2 })], NOW)
    expect(later.stop).toHaveLength(1)
  })

  it('keeps the old ones while new ones do not become ready', () => {
    const result = diff(wanted({ runRevision: 2 }), [...many(3), instance({ revision: 2, health: 'unknown' })], NOW)
    expect(result.stop).toEqual([])
    expect(result.start.count).toBe(0)
  })

  it('moves instances off a draining host, replacements first', () => {
    const known = [...many(2), instance({ host: 'b', hostLeaving: true })]
    expect(diff(wanted(), known, NOW)).toMatchObject({ stop: [], start: { count: 1 } })
    const done = diff(wanted(), [...known, instance({ host: 'c' })], NOW)
    expect(done.stop).toEqual([{ id: known[2]?.id, cause: 'drain' }])
  })

  it('takes an instance that is to go as serving from its first moment: a drain right after a start stops nothing early', () => {
    const young = instance({ health: 'unknown', statusSince: NOW - 10, hostLeaving: true })
    expect(diff(wanted({ instances: 1, hasHealthChecks: false }), [young], NOW).stop).toEqual([])
  })

  it('counts a new instance without health checks as ready after it has run for five seconds', () => {
    const fresh = instance({ revision: 2, health: 'unknown', statusSince: NOW - 1000 })
    const known = [...many(3, { health: 'unknown' }), fresh]
    const early = diff(wanted({ runRevision: 2, hasHealthChecks: false }), known, NOW)
    expect(early.stop).toEqual([])
    expect(early.lookAgainAt).toBe(NOW - 1000 + SETTLE_MS)
    expect(diff(wanted({ runRevision: 2, hasHealthChecks: false }), known, NOW + 5000).stop).toHaveLength(1)
  })
})

const isMisfit = (want: WantedApp, item: KnownInstance) =>
  item.revision < want.runRevision || item.restartGeneration < want.restartGeneration || item.hostLeaving

const arbitraryInstance = fc.record({
  revision: fc.constantFrom(1, 2),
  restartGeneration: fc.constantFrom(0, 1),
  host: fc.constantFrom('a', 'b', 'c'),
  hostLeaving: fc.boolean(),
  hostEvictable: fc.boolean(),
  status: fc.constantFrom<KnownInstance['status'][]>('starting', 'running', 'unreachable', 'failed'),
  health: fc.constantFrom<KnownInstance['health'][]>('unknown', 'healthy', 'unhealthy'),
  createdAt: fc.integer({ min: 0, max: NOW }),
  statusSince: fc.integer({ min: 0, max: NOW }),
})
const arbitraryWanted = fc.record({
  instances: fc.integer({ min: 0, max: 12 }),
  minHealthy: fc.double({ min: 0, max: 1, noNaN: true }),
  maxOver: fc.double({ min: 0, max: 1, noNaN: true }),
  hasHealthChecks: fc.boolean(),
  runRevision: fc.constantFrom(1, 2),
})

describe('diff, for any situation', () => {
  const situation = fc.tuple(
    arbitraryWanted.map((change) => wanted(change)),
    fc.array(arbitraryInstance, { maxLength: 20 }).map((list) => list.map((item, index) => ({ id: `x${index}`, ...item }))),
  )

  it('never goes below the healthy share by its own stops, nor above the cap by its own starts', () => {
    fc.assert(
      fc.property(situation, ([want, known]) => {
        const result = diff(want, known, NOW)
        const stopped = new Set(result.stop.map(({ id }) => id))
        const ready = (item: KnownInstance) =>
          item.status === 'running' &&
          (want.hasHealthChecks
            ? item.health === 'healthy'
            : item.health !== 'unhealthy' && (isMisfit(want, item) || item.statusSince + SETTLE_MS <= NOW))
        const before = known.filter(ready)
        const after = before.filter(({ id }) => !stopped.has(id))
        const keep = Math.min(before.length, Math.ceil(want.instances * want.minHealthy - 1e-9))
        if (want.instances > 0) expect(after.length).toBeGreaterThanOrEqual(Math.min(keep, before.length))
        const gone = known.filter((item) => item.status === 'failed' || (item.status === 'running' && item.health === 'unhealthy'))
        const lost = known.filter((item) => item.status === 'unreachable' && item.hostEvictable)
        const left = known.length - gone.length - lost.length - result.stop.filter(({ id }) => !gone.some((item) => item.id === id)).length
        const cap = Math.max(
          Math.floor(want.instances * (1 + want.maxOver) + 1e-9),
          Math.ceil(want.instances * want.minHealthy - 1e-9) + 1,
          want.instances,
        )
        expect(left + result.start.count).toBeLessThanOrEqual(Math.max(cap, left))
      }),
    )
  })

  it('stops nothing twice and starts nothing while it stops for being too many', () => {
    fc.assert(
      fc.property(situation, ([want, known]) => {
        const { stop } = diff(want, known, NOW)
        expect(new Set(stop.map(({ id }) => id)).size).toBe(stop.length)
      }),
    )
  })

  it('comes to rest: carrying out the answer again and again ends with exactly what is wanted', () => {
    fc.assert(
      fc.property(situation, ([want, start]) => {
        let known: KnownInstance[] = start
          .filter(({ status }) => status !== 'unreachable')
          .map((item) => ({ ...item, hostLeaving: item.host === 'c' }))
        for (let round = 0; round < 60; round++) {
          const result = diff(want, known, NOW + round * 10_000)
          const stopped = new Set([...result.stop.map(({ id }) => id), ...result.failed])
          known = known
            .filter(({ id }) => !stopped.has(id))
            .map((item) => ({ ...item, status: 'running' as const, health: 'healthy' as const }))
          for (let index = 0; index < result.start.count; index++)
            known.push({
              ...instance({ revision: 2, restartGeneration: 1, host: 'a', createdAt: NOW + round, statusSince: NOW + round * 10_000 }),
              hostLeaving: false,
            })
        }
        expect(known).toHaveLength(want.instances)
        expect(known.every((item) => item.revision >= want.runRevision && !item.hostLeaving)).toBe(true)
      }),
    )
  })
})

describe('victims', () => {
  it('takes unhealthy before starting before running, then from the fullest host, then the youngest', () => {
    const sick = instance({ health: 'unhealthy' })
    const starting = instance({ status: 'starting', health: 'unknown', host: 'b' })
    const fullOld = instance({ host: 'c', createdAt: 1 })
    const fullYoung = instance({ host: 'c', createdAt: 2 })
    const alone = instance({ host: 'd', createdAt: 3 })
    expect(victims([alone, fullOld, starting, fullYoung, sick], 4)).toEqual([sick, starting, fullYoung, alone])
  })
})
