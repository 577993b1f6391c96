import { describe, expect, it } from 'vitest'
import type { Event, EventKind, Overview } from '../../../core/contract/index.ts'
import { doneSteps, type GuideFacts } from './guide-steps.ts'

let seq = 0
const event = (kind: EventKind, data: Event['data'] = {}, app = 'shop'): Event => {
  seq += 1
  return { seq, at: seq, kind, actor: 'ann', app, host: null, instance: null, data, hash: '' }
}
const overview = (ready: number, healthy: number) => ({ hosts: { ready }, apps: { healthy } }) as unknown as Overview
const done = (facts: Partial<GuideFacts>) => [...doneSteps({ signedIn: true, overview: null, events: [], looked: false, ...facts })]

describe('first-run guide', () => {
  it('begins with what is so', () => {
    expect(done({ signedIn: false })).toEqual([])
    expect(done({ overview: overview(1, 0) })).toEqual(['sign-in', 'hosts'])
    expect(done({ overview: overview(1, 1) })).toEqual(['sign-in', 'hosts', 'run'])
  })
  it('takes an app for running that once ran as wanted', () => expect(done({ events: [event('app.settled')] })).toEqual(['sign-in', 'run']))
  it('sees that somebody scaled', () => expect(done({ events: [event('app.scaled')] })).toContain('scale'))
  it('sees healing only after a person stopped an instance and the same app ran again', () => {
    const stop = event('instance.stopping', { cause: 'asked' })
    expect(done({ events: [stop] })).not.toContain('heal')
    expect(done({ events: [stop, event('app.settled', {}, 'other')] })).not.toContain('heal')
    expect(done({ events: [event('instance.stopping', { cause: 'scale' }), event('app.settled')] })).not.toContain('heal')
    expect(done({ events: [stop, event('app.settled')] })).toContain('heal')
  })
  it('ends with a look at why', () => expect(done({ looked: true })).toContain('why'))
})
