import { describe, expect, it } from 'vitest'
import { rank, type Entry } from './rank.ts'

const icon = {}
const entry = (id: string, group: string, { title, ...more }: Partial<Entry> & { title: string }): Entry => ({
  id,
  group,
  icon,
  title,
  open: '/',
  ...more,
})
const ids = (query: string, entries: Entry[], options: Partial<{ recent: string[]; perGroup: number }> = {}) =>
  rank(query, entries, { recent: [], perGroup: 8, ...options }).map(
    ({ name, entries: list }) => `${name}: ${list.map(({ id }) => id).join(' ')}`,
  )

const ENTRIES = [
  entry('settings', 'page', { title: 'Settings' }),
  entry('dark', 'action', { title: 'Switch to the dark theme', alias: '切换到深色主题' }),
  entry('shop', 'app', { title: 'shop' }),
  entry('scale', 'action', { title: 'Scale shop' }),
  entry('labelled', 'app', { title: 'cart', found: true }),
]

describe('rank', () => {
  it('puts the best group first, and what only the server found last', () =>
    expect(ids('shop', ENTRIES)).toEqual(['app: shop labelled', 'action: scale']))
  it('keeps the given order without a query', () =>
    expect(ids('', ENTRIES)).toEqual(['page: settings', 'action: dark scale', 'app: shop labelled']))
  it('understands the words of the other language', () => expect(ids('深色', ENTRIES)[0]).toBe('action: dark'))
  it('prefers what was used lately', () => {
    const twins = [entry('one', 'action', { title: 'Stop web-1' }), entry('two', 'action', { title: 'Stop web-2' })]
    expect(ids('stop', twins)).toEqual(['action: one two'])
    expect(ids('stop', twins, { recent: ['two'] })).toEqual(['action: two one'])
  })
  it('keeps the order of an area where matches are as good', () => {
    const verbs = ['Scale shop', 'Edit shop', 'Restart shop'].map((title) => entry(title.slice(0, 2), 'action', { title }))
    expect(ids('shop', verbs)).toEqual(['action: Sc Ed Re'])
  })
  it('puts what cannot be done behind what can', () => {
    const twins = [
      entry('no', 'action', { title: 'Stop web-1', obstacle: 'stopped already' }),
      entry('yes', 'action', { title: 'Stop web-2' }),
    ]
    expect(ids('stop', twins)).toEqual(['action: yes no'])
  })
  it('shows at most so many of a group', () => expect(ids('s', ENTRIES, { perGroup: 1 })).toHaveLength(3))
})
