import { describe, expect, it } from 'vitest'
import { rank, type Entry } from './rank.ts'

const icon = {}
const entry = (id: string, group: string, title: string, more: Partial<Entry> = {}): Entry => ({
  id,
  group,
  icon,
  title,
  open: '/',
  ...more,
})
const ids = (query: string, entries: Entry[], recent: string[] = [], perGroup = 8) =>
  rank(query, entries, { recent, perGroup }).map(({ name, entries: list }) => `${name}: ${list.map(({ id }) => id).join(' ')}`)

const ENTRIES = [
  entry('settings', 'page', 'Settings'),
  entry('dark', 'action', 'Switch to the dark theme', { alias: '切换到深色主题' }),
  entry('shop', 'app', 'shop'),
  entry('scale', 'action', 'Scale shop'),
  entry('labelled', 'app', 'cart', { found: true }),
]

describe('rank', () => {
  it('puts the best group first, and what only the server found last', () =>
    expect(ids('shop', ENTRIES)).toEqual(['app: shop labelled', 'action: scale']))
  it('keeps the given order without a query', () =>
    expect(ids('', ENTRIES)).toEqual(['page: settings', 'action: dark scale', 'app: shop labelled']))
  it('understands the words of the other language', () => expect(ids('深色', ENTRIES)[0]).toBe('action: dark'))
  it('prefers what was used lately', () => {
    const twins = [entry('one', 'action', 'Stop web-1'), entry('two', 'action', 'Stop web-2')]
    expect(ids('stop', twins)).toEqual(['action: one two'])
    expect(ids('stop', twins, ['two'])).toEqual(['action: two one'])
  })
  it('puts what cannot be done behind what can', () => {
    const twins = [entry('no', 'action', 'Stop web-1', { obstacle: 'stopped already' }), entry('yes', 'action', 'Stop web-2')]
    expect(ids('stop', twins)).toEqual(['action: yes no'])
  })
  it('shows at most so many of a group', () => expect(ids('s', ENTRIES, [], 1)).toHaveLength(3))
})
