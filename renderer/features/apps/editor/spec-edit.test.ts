import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { editSpec, renameKey } from './spec-edit.ts'

const TEXT = `# A shop.
name: shop   # its name

# What it is told
env:
  # first
  A: "1"  # one
  B: two
  # after

ports:
- name: http   # the door
  container:   80
# the image
image: "nginx:1"
# end
`

describe('editSpec', () => {
  it('writes a changed value in its place, in its quotes, and nothing else', () => {
    expect(editSpec(TEXT, ['image'], 'nginx:2')).toBe(TEXT.replace('"nginx:1"', '"nginx:2"'))
    expect(editSpec(TEXT, ['env', 'A'], '7')).toBe(TEXT.replace('"1"', '"7"'))
    expect(editSpec(TEXT, ['ports', 0, 'container'], 8080)).toBe(TEXT.replace('80', '8080'))
  })
  it('adds to a block and keeps its comments and everything around it', () => {
    const next = editSpec(TEXT, ['env', 'C'], 'x: y')
    expect(next).toContain(
      '  # first\n  A: "1" # one\n  B: two\n  C: "x: y"\n  # after\n\nports:\n- name: http   # the door\n  container:   80\n',
    )
    expect(next.startsWith('# A shop.\nname: shop   # its name\n\n# What it is told\nenv:\n')).toBe(true)
    expect(next.endsWith('# the image\nimage: "nginx:1"\n# end\n')).toBe(true)
  })
  it('appends what was not there', () => {
    expect(editSpec(TEXT, ['resources', 'cpu'], '200m')).toBe(`${TEXT}resources:\n  cpu: 200m\n`)
    expect(editSpec('', ['name'], 'shop')).toBe('name: shop\n')
    expect(editSpec('# empty\n', ['name'], 'shop')).toBe('# empty\nname: shop\n')
  })
  it('takes away an entry and leaves its neighbours', () => {
    const next = editSpec(TEXT, ['ports'], undefined)
    expect(next).toContain('  # after\n\n# the image\nimage: "nginx:1"\n')
    expect(next).not.toContain('ports')
  })
  it('takes away a map with its last entry', () => {
    expect(editSpec('name: a\nstop:\n  grace: 5s\nimage: x\n', ['stop', 'grace'], undefined)).toBe('name: a\nimage: x\n')
  })
  it('renames a key where it stands', () => {
    expect(renameKey(TEXT, ['env', 'A'], 'FIRST')).toBe(TEXT.replace('A: "1"', 'FIRST: "1"'))
  })
  it('fills in a value that is still missing', () => {
    expect(editSpec('name:\nimage: a\n', ['name'], 'shop')).toBe('name: shop\nimage: a\n')
  })
  it('keeps JSON JSON', () => {
    expect(JSON.parse(editSpec('{"name": "shop", "env": {}}', ['env', 'A'], '1'))).toEqual({ name: 'shop', env: { A: '1' } })
  })
  it('leaves text alone that it cannot read', () => {
    expect(editSpec('name: [', ['name'], 'x')).toBe('name: [')
    expect(editSpec('- a\n', ['name'], 'x')).toBe('- a\n')
  })
  it('means afterwards what was asked for, whatever the text', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { minLength: 1 }))
    fc.assert(
      fc.property(fc.constantFrom('env.A', 'env.N', 'image', 'new', 'resources.cpu'), value, (field, wanted) => {
        const path = field.split('.')
        const expected = parse(TEXT) as Record<string, Record<string, unknown>>
        if (path[1] === undefined) Object.assign(expected, { [field]: wanted })
        else (expected[path[0]!] ??= {})[path[1]] = wanted
        expect(parse(editSpec(TEXT, path, wanted))).toEqual(expected)
      }),
    )
  })
})
