import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppSpec, type AppSpecInput } from '../contract/index.ts'
import { diffSpecs, replacesInstances } from './spec-diff.ts'

const spec = (change: Partial<AppSpecInput> = {}) => AppSpec.parse({ name: 'shop', image: 'shop:1', ports: [{ name: 'http' }], ...change })

describe('the difference between two specifications', () => {
  it('names the field, what was and what will be', () => {
    expect(diffSpecs(spec(), spec({ resources: { memory: '256Mi' } }))).toEqual([
      { path: 'resources.memory', kind: 'changed', from: '128Mi', to: '256Mi' },
    ])
    expect(diffSpecs(spec(), spec({ ports: [{ name: 'http', host: 8080 }] }))).toEqual([
      { path: 'ports[0].host', kind: 'changed', from: 'auto', to: 8080 },
    ])
  })

  it('sees nothing in two ways to write the same', () => {
    expect(diffSpecs(spec({ resources: { cpu: 0.5, memory: '1Gi' } }), spec({ resources: { cpu: '500m', memory: '1024Mi' } }))).toEqual([])
  })

  it.each<[string, Partial<AppSpecInput>, boolean]>([
    ['the image', { image: 'shop:2' }, true],
    ['a variable', { env: { A: '1' } }, true],
    ['a constraint', { constraints: [{ field: 'rack', operator: 'unique' }] }, true],
    ['the number of instances', { instances: 9 }, false],
    ['a health check', { healthChecks: [{ kind: 'tcp', port: 'http' }] }, false],
    ['a description', { description: 'x' }, false],
  ])('a change of %s replaces instances: %s', (_, change, replaces) => {
    expect(replacesInstances(diffSpecs(spec(), spec(change)))).toBe(replaces)
  })

  it('parses what it parsed to the same again, for any amounts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64_000 }), fc.integer({ min: 1, max: 2 ** 45 }), (millis, bytes) => {
        const once = spec({ resources: { cpu: millis / 1000, memory: String(bytes) } })
        expect(diffSpecs(once, AppSpec.parse(once))).toEqual([])
      }),
    )
  })
})
