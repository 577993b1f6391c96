import { describe, expect, it } from 'vitest'
import type { Event } from '../../../core/contract/index.ts'
import { eventDetails, matchesFilter } from './event-filter.ts'

const event: Event = { seq: 1, at: 0, kind: 'app.scaled', actor: 'ann', app: 'shop', host: null, instance: null, data: {}, hash: '' }

describe('matchesFilter', () => {
  it.each([
    [{}, true],
    [{ app: 'shop' }, true],
    [{ app: 'other' }, false],
    [{ host: 'one' }, false],
    [{ kind: 'app' }, true],
    [{ kind: 'app.scaled' }, true],
    [{ kind: 'app.scale' }, false],
    [{ app: 'shop', kind: 'host' }, false],
  ])('%j → %s', (filter, matches) => expect(matchesFilter(event, filter)).toBe(matches))
})

describe('eventDetails', () => {
  it('keeps what a person can read', () => {
    const data = { from: 3, to: 5, fields: ['a', 'b'], nothing: null, empty: '', nested: { a: 1 } }
    expect(eventDetails({ ...event, data })).toEqual([
      { key: 'from', value: '3' },
      { key: 'to', value: '5' },
      { key: 'fields', value: 'a, b' },
    ])
  })
})
