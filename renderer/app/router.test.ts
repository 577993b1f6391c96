// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { FEATURES } from './features.ts'
import { codeOf, consoleRoutes } from './router.ts'
import { includesRole } from './session.store.ts'

describe('codeOf', () => {
  it.each([
    ['#/sign-in?code=abc', 'abc'],
    ['#code=abc', 'abc'],
    ['#/?x=1&code=abc&y=2', 'abc'],
    ['#/apps/code', undefined],
    ['', undefined],
  ])('%j → %j', (hash, code) => expect(codeOf(hash)).toBe(code))
})

describe('features', () => {
  it('have ids, navigation orders and route names of their own', () => {
    const names = consoleRoutes(FEATURES).flatMap((route) => [route.name, ...(route.children ?? []).map((child) => child.name)])
    const given = names.filter((name) => name !== undefined)
    expect(new Set(given).size).toBe(given.length)
    expect(new Set(FEATURES.map((feature) => feature.id)).size).toBe(FEATURES.length)
    const orders = FEATURES.flatMap((feature) => feature.navigation?.order ?? [])
    expect(new Set(orders).size).toBe(orders.length)
  })
  it('hand their role to their routes', () => {
    const shell = consoleRoutes([{ ...FEATURES[0]!, role: 'administrator' }]).find((route) => route.path === '/')
    expect(shell?.children?.[0]?.meta?.role).toBe('administrator')
  })
})

it.each([
  ['administrator', 'viewer', true],
  ['operator', 'operator', true],
  ['viewer', 'operator', false],
  [undefined, 'viewer', false],
] as const)('%s includes %s: %s', (role, needed, includes) => expect(includesRole(role, needed)).toBe(includes))
