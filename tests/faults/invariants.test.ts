import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Event, EventKind } from '../../core/contract/index.ts'
import type { Deed } from './engine-history.ts'
import type { Seen } from './hosts-view.ts'
import { agreementViolations, historyBalance, hostViolations, logViolations } from './invariants.ts'

const seen = (instance: string, more: Partial<Seen> = {}): Seen => ({
  host: 'h1',
  instance,
  app: 'shop',
  revision: 1,
  running: true,
  body: instance,
  ...more,
})
const wanted = (count: number, drained: string[] = []) => ({ apps: new Map([['shop', count]]), drained: new Set(drained) })

function log(...lines: [EventKind, string | null][]): Event[] {
  let hash = '0'.repeat(64)
  return lines.map(([kind, instance], index) => {
    const event = { seq: index + 1, at: 1, kind, actor: 'system', app: 'shop', host: 'h1', instance, data: {} }
    hash = createHash('sha256')
      .update(hash)
      .update(JSON.stringify([event.seq, 1, kind, 'system', 'shop', 'h1', instance, '{}']))
      .digest('hex')
    return { ...event, hash }
  })
}

describe('what is wrong with the hosts', () => {
  it('is nothing when exactly what is wanted runs, with the remains of what failed', () => {
    expect(hostViolations([seen('a'), seen('b', { host: 'h2' }), seen('c', { running: false })], wanted(2), new Set(['c']))).toEqual([])
  })

  it.each([
    ['a lost instance', [seen('a')], wanted(2), ['shop: 1 run, 2 are wanted']],
    ['a doubled instance', [seen('a'), seen('a', { host: 'h2', body: 'x' })], wanted(2), ['a is there 2 times: on h1, h2']],
    ['one too many', [seen('a'), seen('b')], wanted(1), ['shop: 2 run, 1 are wanted']],
    ['an orphan', [seen('a'), seen('z', { app: 'gone', running: false })], wanted(1), ['z on h1 belongs to nothing']],
    ['remains of what did not fail', [seen('a'), seen('b', { running: false })], wanted(1), ['b on h1 has ended and was left behind']],
    ['two revisions', [seen('a'), seen('b', { revision: 2 })], wanted(2), ['shop: revisions 1 and 2 run side by side']],
    ['an instance on a drained host', [seen('a')], wanted(1, ['h1']), ['a is on h1, which is drained']],
  ])('is told of %s', (...[, hosts, state, sentences]) => {
    expect(hostViolations(hosts, state, new Set())).toEqual(sentences)
  })
})

describe('what is wrong with the log', () => {
  const whole = log(['instance.placed', 'a'], ['instance.running', 'a'], ['instance.stopped', 'a'])

  it('is nothing when it is whole', () => expect(logViolations(whole)).toEqual([]))

  it('is told of a gap, a repeat, a changed line', () => {
    expect(logViolations([whole[0]!, whole[2]!])).toEqual(['event 2 is missing, or there twice: the log has 3 in its place'])
    expect(logViolations([whole[0]!, whole[0]!])).toEqual(['event 2 is missing, or there twice: the log has 1 in its place'])
    expect(logViolations([whole[0]!, { ...whole[1]!, data: { more: 1 } }])).toEqual([
      'event 2 is not what was written: its hash does not fit',
    ])
  })

  it('is told of two ends, two beginnings, and a life without placement', () => {
    expect(logViolations(log(['instance.placed', 'a'], ['instance.stopped', 'a'], ['instance.failed', 'a']))).toEqual([
      'a ends 2 times: instance.placed, instance.stopped, instance.failed',
    ])
    expect(logViolations(log(['instance.placed', 'a'], ['instance.running', 'a'], ['instance.running', 'a']))).toEqual([
      'a is told to run 2 times',
    ])
    expect(logViolations(log(['instance.running', 'a']))).toEqual(['a was never placed, but instance.running'])
  })
})

describe('where log and hosts differ', () => {
  it('is nowhere when both tell the same', () => {
    const told = log(['instance.placed', 'a'], ['instance.running', 'a'], ['instance.placed', 'b'], ['instance.failed', 'b'])
    expect(agreementViolations([seen('a')], told)).toEqual([])
  })

  it('is told of what runs untold, what runs although it ended, and what is gone without an end', () => {
    const told = log(['instance.placed', 'a'], ['instance.stopped', 'a'], ['instance.placed', 'b'])
    expect(agreementViolations([seen('a'), seen('c')], told)).toEqual([
      'a runs on h1, and the log only has: instance.placed, instance.stopped',
      'a runs on h1, and the log says that it ended: instance.placed, instance.stopped',
      'c runs on h1, and the log only has: nothing',
      'b does not run, and the log has no end of it: instance.placed',
    ])
  })
})

describe('the history of the engines', () => {
  const deed = (action: Deed['action'], instance: string, container = instance): Deed => ({
    host: 'h1',
    action,
    container,
    instance,
    at: 1,
  })
  const told = log(['instance.placed', 'a'], ['instance.placed', 'b'])

  it('balances starts with ends and what runs', () => {
    const deeds = [deed('create', 'a'), deed('start', 'a'), deed('create', 'b'), deed('start', 'b'), deed('die', 'b'), deed('destroy', 'b')]
    expect(historyBalance(deeds, { seen: [seen('a')], events: told }, new Set(['h1']))).toEqual({ wrong: [], starts: 2, ends: 1 })
    expect(historyBalance(deeds, { seen: [], events: told }, new Set(['h1'])).wrong).toEqual([
      'the engines count 2 starts and 1 ends, and 0 run',
    ])
    expect(historyBalance(deeds, { seen: [], events: told }, new Set(['h2'])).wrong).toEqual([])
  })

  it('is told of an instance that was made twice, and of one that the log does not know', () => {
    const deeds = [deed('create', 'a', 'x'), deed('create', 'a', 'y'), deed('create', 'z')]
    expect(historyBalance(deeds, { seen: [], events: told }, new Set(['h1'])).wrong).toEqual([
      'a was made 2 times and started 0 times',
      'z was made on h1, and the log knows nothing of it',
    ])
  })
})
