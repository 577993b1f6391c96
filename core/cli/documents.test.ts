import { describe, expect, it } from 'vitest'
import { parseDocuments } from './documents.ts'

describe('parseDocuments', () => {
  it('reads several documents and names each', () => {
    expect(parseDocuments('name: a\n---\n---\nname: b\n', 'x.yaml')).toEqual([
      { origin: 'x.yaml (document 1)', value: { name: 'a' } },
      { origin: 'x.yaml (document 2)', value: { name: 'b' } },
    ])
    expect(parseDocuments('{"name":"a"}', 'x.json')).toEqual([{ origin: 'x.json', value: { name: 'a' } }])
  })

  it('says where a mistake is', () => {
    expect(() => parseDocuments('name: a\n  b: [1\n', 'x.yaml')).toThrow(/^x\.yaml:\d+:\d+: /)
    expect(() => parseDocuments('a: 1\na: 2\n', 'x.yaml')).toThrow(/unique/)
    expect(() => parseDocuments('- 1\n', 'x.yaml')).toThrow('not a list of fields')
    expect(() => parseDocuments('', 'x.yaml')).toThrow('is empty')
    expect(() => parseDocuments('{', 'x.json')).toThrow('x.json')
  })

  it('refuses a document that multiplies itself', () => {
    const levels = Array.from({ length: 9 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(', ')}]`)
    expect(() => parseDocuments(`l0: &l0 [x]\n${levels.join('\n')}\n`, 'bomb.yaml')).toThrow(/alias/i)
  })
})
