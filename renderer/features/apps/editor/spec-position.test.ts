import { describe, expect, it } from 'vitest'
import { positionAt } from './spec-position.ts'

/** The place is where the bar stands. */
function at(text: string) {
  const lines = text.split('\n')
  const line = lines.findIndex((one) => one.includes('|'))
  const column = lines[line]!.indexOf('|')
  lines[line] = lines[line]!.replace('|', '')
  const found = positionAt(lines, line, column)
  return found && { ...found, siblings: [...found.siblings.keys()] }
}

describe('positionAt', () => {
  it.each([
    ['na|', { path: [], kind: 'key', typed: 'na', from: 0 }],
    ['name: shop\n|', { path: [], kind: 'key', typed: '', siblings: ['name'] }],
    ['resources:\n  cp|', { path: ['resources'], kind: 'key', typed: 'cp', from: 2 }],
    ['resources:\n  cpu: 1|', { path: ['resources', 'cpu'], kind: 'value', typed: '1' }],
    ['ports:\n  - |', { path: ['ports', 0], kind: 'key', typed: '' }],
    ['ports:\n- |', { path: ['ports', 0], kind: 'key', typed: '' }],
    ['ports:\n  - name: a\n    pro|', { path: ['ports', 0], kind: 'key', siblings: ['name'] }],
    ['ports:\n- name: a\n  pro|', { path: ['ports', 0], kind: 'key', siblings: ['name'] }],
    ['ports:\n  - name: a\n  - name: b\n    protocol: |', { path: ['ports', 1, 'protocol'], kind: 'value', typed: '' }],
    ['ports:\n  - name: a\n\n  # two\n  - na|', { path: ['ports', 1], kind: 'key', typed: 'na' }],
    ['healthChecks:\n  - kind: ht|', { path: ['healthChecks', 0, 'kind'], kind: 'value', typed: 'ht' }],
    ['spread:\n  - ra|', { path: ['spread', 0], kind: 'key', typed: 'ra' }],
    ['env:\n  A: 1\nsp|', { path: [], kind: 'key', siblings: ['env'] }],
    ['env:\n  A: 1\nup|\nimage: x', { path: [], kind: 'key', siblings: ['env', 'image'] }],
    ['ports:\n  - name: a\nenv:\n  A: 1\nup|', { path: [], siblings: ['env', 'ports'] }],
    ['ports:\n- name: a\nup|', { path: [], siblings: ['ports'] }],
  ])('%j', (text, expected) => expect(at(text)).toMatchObject(expected))

  it('is nowhere in a comment', () => expect(at('name: a # so|')).toBeUndefined())
})
