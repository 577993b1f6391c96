import { expect, it } from 'vitest'
import { AppSpec } from '../../../../core/contract/index.ts'
import { specMessages } from '../spec-messages.ts'
import { defaultOf, GROUPS, inGroup, withKind, type SectionShape } from './form-shape.ts'

it('has a place for every field of a specification', () => {
  const known = Object.keys(AppSpec.shape)
  const missing = known.filter((field) => !GROUPS.some((group) => inGroup(group, field)))
  expect(missing).toEqual([])
})

it('explains every field it shows', () => {
  const words = specMessages.en as Record<string, unknown>
  const told = (path: readonly string[]) =>
    path.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | undefined)?.[part], words) as { hint?: string } | undefined
  for (const { sections } of GROUPS)
    for (const section of sections) {
      const items = [{ kind: 'http' }, { kind: 'tcp' }, { kind: 'command' }, { operator: 'is' }, { operator: 'max-per' }]
      const fields =
        section.kind === 'pairs' ? [] : section.kind === 'fields' ? section.fields : items.flatMap((item) => section.fields(item))
      for (const { key } of fields) expect(told([...section.path, key])?.hint, [...section.path, key].join('.')).toBeTruthy()
      if (section.path.length > 0) expect(told(section.path)?.hint, section.path.join('.')).toBeTruthy()
    }
})

it('knows what is taken when a field is left out', () => {
  expect(defaultOf('resources.cpu')).toBe('100m')
  expect(defaultOf('ports.host')).toBe('auto')
  expect(defaultOf('healthChecks.interval')).toBe('10s')
  expect(defaultOf('spread')).toBe('centre, rack, host')
  expect(defaultOf('name')).toBe('')
})

it('makes an item of another kind valid as far as it can be', () => {
  const section = (path: string) => GROUPS.flatMap(({ sections }) => sections).find((one) => one.path[0] === path) as SectionShape
  expect(withKind(section('healthChecks'), { kind: 'http', port: 'http', path: '/up', interval: '3s' }, { kind: 'tcp' })).toEqual({
    kind: 'tcp',
    port: 'http',
    interval: '3s',
  })
  expect(withKind(section('constraints'), { field: 'host', operator: 'max-per', value: 3 }, { operator: 'unique' })).toEqual({
    field: 'host',
    operator: 'unique',
  })
  expect(withKind(section('constraints'), { field: 'rack', operator: 'is', value: 'r1' }, { operator: 'max-per' })).toEqual({
    field: 'rack',
    operator: 'max-per',
    value: 1,
  })
})
