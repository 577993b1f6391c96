import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../core/contract/index.ts'
import { finderOf, inertText, LogBuffer, LogSelection, markedPieces, type LogFilter } from './log-buffer.ts'

const line = (text: string, instance = 'shop-1', at: number | null = null): LogLine => ({ text, instance, at, host: 'h', stream: 'stdout' })

describe('inertText', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007rest', 'rest'],
    ['a\tb', 'a    b'],
    ['over\rwrite\u0008', 'over\ufffdwrite\ufffd'],
    ['\u202eevil', '\ufffdevil'],
    ['<b>bold</b>', '<b>bold</b>'],
  ])('%j → %j', (text, inert) => expect(inertText(text)).toBe(inert))
})

const all: LogFilter = { text: '', instances: null, levels: null }
const texts = (buffer: LogBuffer, filter: Partial<LogFilter>) =>
  new LogSelection(buffer, { ...all, ...filter }).take().map((one) => one.text)

describe('LogBuffer', () => {
  it('keeps the last lines and their numbers', () => {
    const buffer = new LogBuffer(100)
    buffer.add(Array.from({ length: 250 }, (_, index) => line(`ERROR ${index}`)))
    const kept = buffer.since(0)
    expect(kept).toHaveLength(100)
    expect(kept[0]).toMatchObject({ number: 150, text: 'ERROR 150' })
    expect(buffer.taken).toBe(250)
    expect(buffer.countOf('error')).toBe(100)
  })
  it('selects by text, whatever the case, by instance and by level', () => {
    const buffer = new LogBuffer()
    buffer.add([line('GET /shop'), line('get /other', 'shop-2'), line('WARN (boot)')])
    expect(texts(buffer, { text: 'get' })).toEqual(['GET /shop', 'get /other'])
    expect(texts(buffer, { text: 'get', instances: new Set(['shop-2']) })).toEqual(['get /other'])
    expect(texts(buffer, { levels: new Set(['warn']) })).toEqual(['WARN (boot)'])
    expect(texts(buffer, { text: '(boot)' })).toEqual(['WARN (boot)'])
  })
  it('knows the time of the latest timed line', () => {
    const buffer = new LogBuffer()
    buffer.add([line('a', 'x', 5), line('b', 'x', 9), line('c')])
    expect(buffer.latestAt).toBe(9)
  })
})

it('goes on selecting where it stopped, and lets go of what the buffer let go', () => {
  const buffer = new LogBuffer(100)
  const selection = new LogSelection(buffer, { ...all, text: 'yes' })
  for (let round = 0; round < 40; round++) {
    buffer.add([line(`yes ${round}`), ...Array.from({ length: 9 }, () => line('no'))])
    const numbers = selection.take().map(({ number }) => number)
    expect(numbers).toEqual(new LogSelection(buffer, { ...all, text: 'yes' }).take().map(({ number }) => number))
    expect(numbers.at(-1)).toBe(round * 10)
  }
  expect(selection.take().length).toBeLessThanOrEqual(11)
})

describe('markedPieces', () => {
  it.each([
    ['abc', '', ['abc']],
    ['xABxab', 'ab', ['x', 'AB', 'x', 'ab', '']],
    ['nothing', 'zzz', ['nothing']],
    ['1+1=2', '1+1', ['', '1+1', '=2']],
  ])('%j with %j', (text, search, pieces) => expect(markedPieces(text, finderOf(search))).toEqual(pieces))

  it('marks what of a find stands in a part', () => {
    expect(markedPieces('xxabcdxx', finderOf('abcd'), [0, 4])).toEqual(['xx', 'ab', ''])
    expect(markedPieces('xxabcdxx', finderOf('abcd'), [4, 8])).toEqual(['', 'cd', 'xx'])
  })
})
