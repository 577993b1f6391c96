import { describe, expect, it } from 'vitest'
import type { Event, EventKind } from '../../../core/contract/index.ts'
import { deriveNotices, isUnread, noticeEventKinds, type Trouble } from './derive-notices.ts'

let seq = 0
const event = (kind: EventKind, about: Partial<Event> = {}): Event => {
  seq += 1
  return { seq, at: seq * 1000, kind, actor: 'system', app: null, host: null, instance: null, data: {}, hash: '', ...about }
}
const lost = (host: string, message = 'no route') => event('host.unreachable', { host, data: { message } })

describe('notices', () => {
  it('group what happens to the same again, with the last reason', () => {
    const events = [lost('web1'), lost('web2'), lost('web1', 'timeout')]
    expect(deriveNotices(events, []).map(({ id, count, detail }) => [id, count, detail])).toEqual([
      ['host-unreachable:web1', 2, 'timeout'],
      ['host-unreachable:web2', 1, 'no route'],
    ])
  })
  it('say that it is over, until it happens again', () => {
    const events = [lost('web1'), lost('web2'), event('host.ready', { host: 'web1' })]
    expect(deriveNotices(events, []).map(({ subject, over }) => [subject, over])).toEqual([
      ['web2', false],
      ['web1', true],
    ])
    expect(deriveNotices([...events, lost('web1')], [])[0]).toMatchObject({ subject: 'web1', over: false, count: 2 })
  })
  it('lead to what they are about', () => {
    const events = [
      event('system.brake-on'),
      event('app.waiting', { app: 'shop' }),
      event('user.sign-in-failed', { data: { remote: '10.0.0.9', user: null } }),
    ]
    expect(deriveNotices(events, []).map(({ subject, path }) => `${subject} ${path}`)).toEqual([
      '10.0.0.9 /events?kind=user.sign-in-failed',
      'shop /apps/shop',
      ' /',
    ])
  })
  it('tell of apps that are down now, at the event that shows it', () => {
    const failed = event('instance.failed', { app: 'shop' })
    const concern = { kind: 'app-down', app: { name: 'shop' }, reason: 'exit code 3' } as Trouble['concern']
    expect(deriveNotices([], [{ concern, event: failed }])).toEqual([
      expect.objectContaining({ id: 'app-down:shop', seq: failed.seq, detail: 'exit code 3', tone: 'bad', over: false }),
    ])
  })
  it('keep failed sign-ins for administrators', () => {
    expect(noticeEventKinds(true)).toContain('user.sign-in-failed')
    expect(noticeEventKinds(false)).not.toContain('user.sign-in-failed')
    expect(noticeEventKinds(false)).toContain('host.ready')
  })
  it('are unread again when it happens again', () => {
    const [first] = deriveNotices([lost('web9')], [])
    expect(first && isUnread(first, { upTo: first.seq - 1, one: {} })).toBe(true)
    expect(first && isUnread(first, { upTo: first.seq, one: {} })).toBe(false)
    expect(first && isUnread(first, { upTo: 0, one: { [first.id]: first.seq } })).toBe(false)
    expect(first && isUnread({ ...first, seq: first.seq + 1 }, { upTo: 0, one: { [first.id]: first.seq } })).toBe(true)
  })
})
