import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../core/contract/index.ts'
import { inertText, LogBuffer, markedPieces } from './log-buffer.ts'

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

describe('LogBuffer', () => {
  it('keeps the last lines and their numbers', () => {
    const buffer = new LogBuffer(100)
    buffer.add(Array.from({ length: 250 }, (_, index) => line(`line ${index}`)))
    const kept = buffer.select('', null)
    expect(kept).toHaveLength(100)
    expect(kept[0]).toMatchObject({ number: 150, text: 'line 150' })
    expect(buffer.taken).toBe(250)
  })
  it('selects by text, whatever the case, and by instance', () => {
    const buffer = new LogBuffer()
    buffer.add([line('GET /shop'), line('get /other', 'shop-2'), line('boot')])
    expect(buffer.select('get', null).map((one) => one.text)).toEqual(['GET /shop', 'get /other'])
    expect(buffer.select('get', new Set(['shop-2'])).map((one) => one.text)).toEqual(['get /other'])
  })
  it('knows the time of the latest timed line', () => {
    const buffer = new LogBuffer()
    buffer.add([line('a', 'x', 5), line('b', 'x', 9), line('c')])
    expect(buffer.latestAt).toBe(9)
  })
})

describe('markedPieces', () => {
  it.each([
    ['abc', '', ['abc']],
    ['xABxab', 'ab', ['x', 'AB', 'x', 'ab', '']],
    ['nothing', 'zzz', ['nothing']],
  ])('%j with %j', (text, search, pieces) => expect(markedPieces(text, search)).toEqual(pieces))
})
