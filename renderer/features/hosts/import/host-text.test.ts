import { describe, expect, it } from 'vitest'
import { EXAMPLES, formatOf, lineRange } from './host-text.ts'

describe('formatOf', () => {
  it.each([
    ['name,kind\na,local', '', 'csv'],
    ['# hosts\n\n- name: a', '', 'yaml'],
    ['[{ name: a }]', '', 'yaml'],
    ['- name: a', 'hosts.csv', 'csv'],
    ['name,kind', 'hosts.YML', 'yaml'],
    ['', '', 'csv'],
    [EXAMPLES.csv, '', 'csv'],
    [EXAMPLES.yaml, '', 'yaml'],
  ] as const)('%j in %j is %s', (text, name, format) => expect(formatOf(text, name)).toBe(format))
})

describe('lineRange', () => {
  const text = 'one\ntwo\n\nfour'
  it.each([
    [1, 'one'],
    [2, 'two'],
    [3, ''],
    [4, 'four'],
    [9, ''],
  ])('line %d is %j', (line, found) => expect(text.slice(...lineRange(text, line))).toBe(found))
})
