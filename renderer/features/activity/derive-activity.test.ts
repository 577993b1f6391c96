import { describe, expect, it } from 'vitest'
import type { App, Event, EventKind, Host } from '../../../core/contract/index.ts'
import { deriveActivities, openSubjects, TOLD_MS } from './derive-activity.ts'

let seq = 0
const event = (kind: EventKind, about: Partial<Event> = {}): Event => {
  seq += 1
  return { seq, at: seq * 1000, kind, actor: 'ann', app: null, host: null, instance: null, data: {}, hash: '', ...about }
}
const of = (kind: EventKind, data: Event['data'] = {}) => event(kind, { app: 'shop', data })
const APP = {
  name: 'shop',
  generation: 7,
  wanted: 6,
  running: 6,
  healthy: 6,
  starting: 0,
  outdated: 0,
  status: 'changing',
  statusMessage: '',
} as App
const HOST = { name: 'web1', scheduling: 'draining', instances: 3 } as Host

function derive(events: Event[], app: Partial<App> = {}, host: Partial<Host> = {}) {
  const sources = { apps: new Map([['shop', { ...APP, ...app }]]), hosts: new Map([['web1', { ...HOST, ...host }]]) }
  return deriveActivities({ events, ...sources, now: (events.at(-1)?.at ?? 0) + 10 })
}

describe('activity of an app', () => {
  it('counts replaced instances of a change, and offers the revision before', () => {
    const [change] = derive([of('app.changed', { revision: 4 })], { outdated: 4, running: 8, healthy: 7, starting: 1 })
    expect(change).toMatchObject({ kind: 'change', subject: 'shop', done: 2, total: 6, outcome: 'running', actor: 'ann' })
    expect(change?.cancel).toEqual({ by: 'rollback', app: 'shop', generation: 7, revision: 3 })
  })
  it('does not count a new instance that is not healthy yet', () =>
    expect(derive([of('app.restarted')], { outdated: 0, healthy: 5 })[0]).toMatchObject({ done: 5, total: 6, cancel: null }))
  it('counts what runs when scaled up, and offers the number before', () =>
    expect(derive([of('app.scaled', { from: 2, to: 6 })], { healthy: 4 })[0]).toMatchObject({
      done: 4,
      total: 6,
      cancel: { by: 'scale', app: 'shop', generation: 7, instances: 2 },
    }))
  it('counts what is gone when scaled down, stopped or removed', () => {
    expect(derive([of('app.scaled', { from: 9, to: 6 })], { running: 8, starting: 0 })[0]).toMatchObject({ done: 1, total: 3 })
    expect(derive([of('app.stopped', { instances: 6 })], { running: 2 })[0]).toMatchObject({ done: 4, total: 6, cancel: { by: 'start' } })
    expect(derive([of('app.removing', { instances: 6 })], { running: 6 })[0]).toMatchObject({ done: 0, total: 6, cancel: null })
  })
  it('says why it does not go on', () =>
    expect(derive([of('app.created')], { status: 'degraded', statusMessage: 'no host' })[0]?.reason).toBe('no host'))
  it('has only the latest change of an app, which replaced the others', () =>
    expect(derive([of('app.scaled', { from: 1, to: 9 }), of('app.changed', { revision: 2 })]).map(({ kind }) => kind)).toEqual(['change']))
  it('is over when the app runs as wanted, with the time it took', () => {
    const [began, settled] = [of('app.created'), of('app.settled')]
    expect(derive([began, settled, of('app.settled')])[0]).toMatchObject({ outcome: 'done', startedAt: began.at, endedAt: settled.at })
  })
  it('does not tell of a change that needed no work', () =>
    expect(derive([of('app.changed', { revision: 2 })], { status: 'healthy' })).toEqual([]))
  it('asks for the state only of what goes on', () => {
    const events = [of('app.created'), event('host.drain-started', { host: 'web1' })]
    expect(openSubjects(events)).toEqual({ apps: ['shop'], hosts: ['web1'] })
    expect(openSubjects([...events, of('app.settled'), event('host.drained', { host: 'web1' })])).toEqual({ apps: [], hosts: [] })
  })
})

describe('activity of hosts', () => {
  const drain = () => event('host.drain-started', { host: 'web1', data: { instances: 5 } })
  it('counts what left a drained host, and can be taken back', () =>
    expect(derive([drain()])[0]).toMatchObject({ kind: 'drain', done: 2, total: 5, cancel: { by: 'uncordon', host: 'web1' } }))
  it('tells a finished drain from one that was taken back', () => {
    expect(derive([drain(), event('host.drained', { host: 'web1' })])[0]?.outcome).toBe('done')
    expect(derive([drain(), event('host.uncordoned', { host: 'web1' })])[0]?.outcome).toBe('cancelled')
  })
  it('takes many hosts added at once for an import, and one for itself for none', () => {
    const added = ['a', 'b', 'c'].map((host) => event('host.added', { host }))
    expect(derive([event('host.added', { host: 'z', actor: 'bob' })])).toEqual([])
    expect(derive([...added, event('host.ready', { host: 'a' })])[0]).toMatchObject({
      kind: 'import',
      done: 1,
      total: 3,
      failed: 0,
      endedAt: null,
    })
    const answered = [event('host.ready', { host: 'a' }), event('host.unreachable', { host: 'b' }), event('host.ready', { host: 'c' })]
    expect(derive([...added, ...answered])[0]).toMatchObject({ done: 2, total: 3, failed: 1, outcome: 'done', endedAt: answered[2]?.at })
  })
})

it('puts what runs first and forgets what ended long ago', () => {
  const events = [of('app.created'), of('app.settled'), event('host.drain-started', { host: 'web1', data: { instances: 5 } })]
  expect(derive(events).map(({ kind }) => kind)).toEqual(['drain', 'create'])
  const late = deriveActivities({ events, apps: new Map(), hosts: new Map(), now: (events[1]?.at ?? 0) + TOLD_MS })
  expect(late).toEqual([])
})
