import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { BufferedLine } from './log-buffer.ts'
import { RowCounts, RowIndex, wrappedRows } from './wrapped-rows.ts'

const line = (text: string): BufferedLine => ({ number: 0, at: null, instance: 'a', stream: 'stdout', level: 'other', text })
const parts = (text: string, columns: number) => wrappedRows(line(text), columns).map(({ from, to }) => text.slice(from, to))

it.each([
  ['', 5, ['']],
  ['abcde', 5, ['abcde']],
  ['abcdefg', 5, ['abcde', 'fg']],
  ['日志日志', 5, ['日志', '日志']],
  ['a日志b', 4, ['a日', '志b']],
])('%j in %d', (text, columns, expected) => expect(parts(text, columns)).toEqual(expected))

const text = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '日', '한', '😀'), maxLength: 60 })

it('loses nothing', () => {
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 40 }), (whole, columns) => {
      expect(parts(whole, columns).join('')).toBe(whole)
    }),
  )
})

it('finds the rows of any place as if all had been made', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), fc.nat(60), fc.integer({ min: 1, max: 20 }), (texts, first, count) => {
      const lines = texts.map((text, number) => ({ ...line(text), number }))
      const all = lines.flatMap((one) => wrappedRows(one, 7))
      const index = new RowIndex(lines, new RowCounts(7))
      expect(index.total).toBe(all.length)
      expect(index.slice(first, count)).toEqual(all.slice(first, first + count))
      for (const [at, one] of lines.entries()) expect(all[index.startOf(at)]?.line).toBe(one)
    }),
  )
})
