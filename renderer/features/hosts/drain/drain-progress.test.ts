import { expect, it } from 'vitest'
import { drainingApps } from './drain-progress.ts'

const left = (...apps: string[]) => apps.map((app) => ({ app }))
const plan = { instances: 9, apps: [{ app: 'shop', moves: [], stuck: 5, summary: 'insufficient memory on 2 hosts' }] }

it('counts what is left, what cannot move first', () => {
  expect(drainingApps(left('mail', 'shop', 'mail', 'shop'), plan)).toEqual([
    { app: 'shop', left: 2, stuck: 2, why: 'insufficient memory on 2 hosts' },
    { app: 'mail', left: 2, stuck: 0, why: '' },
  ])
})
it('does not count as held up what is on its way', () => {
  const moving = { instances: 2, apps: [{ app: 'shop', moves: [], stuck: 2, summary: '' }] }
  expect(drainingApps(left('shop', 'shop'), moving)).toEqual([{ app: 'shop', left: 2, stuck: 0, why: '' }])
})
it('needs no plan', () => expect(drainingApps(left('a'), null)).toEqual([{ app: 'a', left: 1, stuck: 0, why: '' }]))
