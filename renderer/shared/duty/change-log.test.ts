import { describe, expect, it } from 'vitest'
import { EVENT_KINDS, type Event, type EventKind } from '../../../core/contract/index.ts'
import { CHANGE_KINDS, foldChanges } from './change-log.ts'

let seq = 0
const event = (kind: EventKind, at: number, actor = 'admin') =>
  ({ seq: ++seq, at, kind, actor, app: 'shop', host: null, instance: null, data: {}, hash: '' }) as Event

describe('the list of changes', () => {
  it('is newest first and leaves out what only followed', () => {
    const list = foldChanges([], [event('app.scaled', 1), event('instance.placed', 2), event('app.restarted', 3)], 9)
    expect(list.map(({ event: { kind } }) => kind)).toEqual(['app.restarted', 'app.scaled'])
  })

  it('takes what one person does to many things in one go as one', () => {
    const many = [event('host.cordoned', 0), event('host.cordoned', 50_000), event('host.cordoned', 100_000)]
    const [first, ...rest] = foldChanges([], many, 9)
    expect(first).toMatchObject({ count: 3, key: many[0]?.seq, event: many[2] })
    expect(rest).toEqual([])
  })

  it('keeps apart what others do, and what is done later', () => {
    const list = foldChanges([], [event('host.cordoned', 0), event('host.cordoned', 1, 'anna'), event('host.cordoned', 60_002, 'anna')], 9)
    expect(list.map(({ count }) => count)).toEqual([1, 1, 1])
  })

  it('takes no event twice', () => {
    const events = [event('app.scaled', 0), event('app.stopped', 1)]
    const list = foldChanges([], events, 9)
    expect(foldChanges(list, events, 9)).toBe(list)
  })

  it('never grows beyond its limit, whatever comes', () => {
    let list = foldChanges([], [], 12)
    for (let count = 0; count < 5000; count++) {
      const kind = EVENT_KINDS[count % EVENT_KINDS.length] ?? 'app.scaled'
      list = foldChanges(list, [event(kind, count * 1000)], 12)
      expect(list.length).toBeLessThanOrEqual(12)
    }
    expect(list).toHaveLength(12)
    expect(list.every(({ event: { kind } }) => CHANGE_KINDS.has(kind))).toBe(true)
  })
})
