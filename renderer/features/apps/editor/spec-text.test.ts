import { describe, expect, it } from 'vitest'
import { AppSpec } from '../../../../core/contract/index.ts'
import { specChanges } from './spec-diff.ts'
import { fieldOf, readSpec, specText, STARTER } from './spec-text.ts'

describe('readSpec', () => {
  it('reads YAML and JSON alike', () => {
    const yaml = readSpec('name: shop\ncommand: [run]\n').spec
    expect(yaml).toMatchObject({ name: 'shop', instances: 1 })
    expect(readSpec('{"name": "shop", "command": ["run"]}').spec).toEqual(yaml)
  })
  it('says at which line a field is wrong', () => {
    const { issues, spec } = readSpec('name: shop\nimage: x\nports:\n  - name: http\n    host: 99999\n')
    expect(spec).toBeUndefined()
    expect(issues[0]).toMatchObject({ field: 'ports[0].host', line: 5 })
  })
  it('says at which line the YAML breaks off', () => {
    expect(readSpec('name: shop\nports: [').issues[0]?.line).toBe(2)
  })
  it('finds the lines of fields the server complains about', () => {
    const text = 'name: shop\nimage: x\nsecrets:\n  TOKEN: api-key\n'
    const { locate } = readSpec(text)
    const at = (field: string) => locate({ field, message: '' })
    expect(at('spec.secrets.TOKEN')).toMatchObject({ field: 'secrets.TOKEN', line: 4, range: [text.indexOf('api-key'), text.length - 1] })
    expect(at('spec.secrets.OTHER')).toMatchObject({ line: 3, range: [text.indexOf('secrets'), text.indexOf(':\n  TOKEN')] })
    expect(at('spec.image')).toMatchObject({ line: 2 })
  })
  it('offers a starting point that is valid', () => expect(readSpec(STARTER).issues).toEqual([]))
})

it('writes only what is no default, and means the same', () => {
  const spec = AppSpec.parse({ name: 'shop', image: 'shop:1', instances: 3, resources: { memory: '64Mi' }, ports: [{ name: 'http' }] })
  const text = specText(spec)
  expect(readSpec(text).spec).toEqual(spec)
  expect(text).not.toContain('backoff')
  expect(text).not.toContain('cpu')
})

it('names paths as the contract does', () => expect(fieldOf(['ports', 0, 'host'])).toBe('ports[0].host'))

it('lists differences by path', () => {
  const from = AppSpec.parse({ name: 'shop', image: 'shop:1', env: { A: '1', B: '2' } })
  const to = AppSpec.parse({ name: 'shop', image: 'shop:2', env: { A: '1', C: '3' } })
  expect(specChanges(from, to)).toEqual([
    { path: 'env.B', kind: 'removed', from: '2' },
    { path: 'env.C', kind: 'added', to: '3' },
    { path: 'image', kind: 'changed', from: 'shop:1', to: 'shop:2' },
  ])
  expect(specChanges(from, from)).toEqual([])
})
