import { isContractProcedure, type ErrorMap, type Route } from '@orpc/contract'
import { describe, expect, it } from 'vitest'
import { contract, ERROR_STATUS, Role, Scope } from '../contract/index.ts'
import { operationsOf } from './operations.ts'

const operations = operationsOf(contract)

function definitionOf(name: readonly string[]): { route: Route; errorMap: ErrorMap } {
  const procedure = name.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], contract)
  if (!isContractProcedure(procedure)) throw new Error(`${name.join('.')} is no operation`)
  return procedure['~orpc'] as { route: Route; errorMap: ErrorMap }
}

describe('every operation', () => {
  it.each(operations.map((operation) => [operation.name.join('.'), operation] as const))(
    '%s says how it is reached, by whom, and what can go wrong',
    (_, { name, path, summary, meta }) => {
      const { route, errorMap } = definitionOf(name)
      expect(route.method).toMatch(/^(GET|POST|PUT|PATCH|DELETE)$/)
      expect(path).toMatch(/^(\/([a-z-]+|\{[a-z]+\}))+$/)
      expect(summary).toMatch(/^[A-Z].*[^.]$/)
      expect(route.tags).toHaveLength(1)
      expect([null, ...Role.options]).toContain(meta.role)
      expect(Scope.options).toContain(meta.scope)
      for (const [code, item] of Object.entries(errorMap)) expect(item?.status).toBe((ERROR_STATUS as Record<string, number>)[code])
    },
  )

  it('has its own method and path', () => {
    const routes = operations.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`)
    expect(routes.length).toBe(new Set(routes).size)
  })

  it('that only reads is open to viewers with the scope "read", and only what starts a session is open to all', () => {
    const open = operations.filter(({ meta }) => meta.role === null).map(({ name }) => name.join('.'))
    expect(open.toSorted()).toEqual(['access.signIn', 'access.signInWithCode', 'apps.schema'])
    const changes = operations.filter(({ method, meta }) => method !== 'GET' && meta.role === 'viewer').map(({ name }) => name.join('.'))
    // A preview is asked with a POST because it carries a specification; it changes nothing.
    expect(changes.toSorted()).toEqual(['access.createToken', 'access.revokeToken', 'access.signOut', 'apps.preview'])
  })
})
