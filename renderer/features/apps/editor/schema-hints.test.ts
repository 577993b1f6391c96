import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { AppSpec } from '../../../../core/contract/index.ts'
import { keysAt, kindOf, schemasAt, valuesAt, type JsonSchema } from './schema-hints.ts'

const schema = z.toJSONSchema(AppSpec, { io: 'input', unrepresentable: 'any' }) as JsonSchema
const names = (path: (string | number)[], present: Record<string, string> = {}) =>
  keysAt(schema, path, new Map(Object.entries(present))).map(({ name }) => name)

describe('hints from the schema of the contract', () => {
  it('names the keys of a place that are not there yet', () => {
    expect(names([], { name: 'shop' })).toContain('healthChecks')
    expect(names([], { name: 'shop' })).not.toContain('name')
    expect(names(['ports', 3])).toEqual(['name', 'container', 'host', 'protocol'])
  })
  it('follows the kind that was chosen', () => {
    expect(names(['healthChecks', 0], { kind: 'command' })).toContain('command')
    expect(names(['healthChecks', 0], { kind: 'command' })).not.toContain('port')
    expect(names(['healthChecks', 0])).toEqual(expect.arrayContaining(['kind', 'port', 'path', 'command']))
  })
  it('names the values of a place', () => {
    expect(valuesAt(schema, ['ports', 0, 'protocol'])).toEqual(['tcp', 'udp'])
    expect(valuesAt(schema, ['healthChecks', 0, 'kind'])).toEqual(['http', 'tcp', 'command'])
    expect(valuesAt(schema, ['volumes', 0, 'readOnly'])).toEqual(['true', 'false'])
    expect(valuesAt(schema, ['name'])).toEqual([])
  })
  it('says what may be written', () => {
    expect(kindOf(schemasAt(schema, ['ports', 0, 'container'])[0]!)).toBe('integer 1–65535')
    expect(kindOf(schemasAt(schema, ['ports', 0, 'host'])[0]!)).toBe('auto | integer 1–65535 | string')
  })
})
