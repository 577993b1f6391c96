import { describe, expect, it } from 'vitest'
import { CONCERN_KINDS, type Concern } from '../../../core/contract/index.ts'
import { linksOf } from './concern-links.ts'
import { messages } from './messages.ts'

const concern = (kind: string, app: object = {}) =>
  ({
    kind,
    ...(kind.startsWith('app') ? { app: { name: 'x', backoffUntil: null, waiting: 0, ...app } } : { host: { name: 'x' } }),
  }) as Concern

describe('links of a concern', () => {
  it.each([
    ['app-waiting', { waiting: 2 }, '/apps/x/placement'],
    ['app-down', { waiting: 1 }, '/apps/x/placement'],
    ['app-down', { backoffUntil: 5 }, '/apps/x/logs'],
    ['app-backing-off', { backoffUntil: 5 }, '/apps/x/logs'],
    ['app-short', {}, '/apps/x/instances'],
    ['host-blocked', {}, '/hosts/x'],
  ])('%s %j leads to %s', (kind, app, path) => expect(linksOf(concern(kind, app)).next.path).toBe(path))

  it('all have words and evidence', () => {
    for (const kind of CONCERN_KINDS) {
      const { next, events } = linksOf(concern(kind))
      expect(messages.en['next']).toHaveProperty(next.key.replace('overview.next.', ''))
      expect(events.query).toEqual(kind.startsWith('app') ? { app: 'x' } : { host: 'x' })
    }
  })
})
