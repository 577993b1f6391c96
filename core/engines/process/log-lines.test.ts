import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RawLogLine } from '../engine.ts'
import { LineCutter, mergeTails, timeOf } from './log-lines.ts'

describe('LineCutter', () => {
  it('finds the same lines however the bytes arrive', () => {
    const line = fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => text.replaceAll(/[\r\n]/g, ''))
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(6)), (lines, cuts) => {
        const cutter = new LineCutter()
        let bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
        const found: string[] = []
        for (const cut of cuts) {
          found.push(...cutter.push(bytes.subarray(0, cut)))
          bytes = bytes.subarray(cut)
        }
        expect([...found, ...cutter.push(bytes), ...cutter.end()]).toEqual(lines)
      }),
    )
  })

  it('keeps a last line without an end, drops carriage returns, and cuts endless lines', () => {
    const cutter = new LineCutter()
    expect(cutter.push(Buffer.from('a\r\nb'))).toEqual(['a'])
    expect(cutter.end()).toEqual(['b'])
    expect(cutter.push(Buffer.alloc(150_000, 'x')).map((text) => text.length)).toEqual([65_536, 65_536])
  })
})

describe('timeOf', () => {
  it.each([
    ['2026-03-01T10:20:30Z up', Date.UTC(2026, 2, 1, 10, 20, 30)],
    ['2026-03-01T10:20:30.123456+08:00 up', Date.UTC(2026, 2, 1, 2, 20, 30, 123)],
    ['2026-03-01T10:20:30,5Z', Date.UTC(2026, 2, 1, 10, 20, 30, 500)],
    ['2026-13-41T10:20:30Z', undefined],
    ['2026-03-01T10:20:30 without zone', undefined],
    ['[2026-03-01T10:20:30Z]', undefined],
  ])('%s', (text, time) => expect(timeOf(text)).toBe(time))
})

describe('mergeTails', () => {
  const line = (stream: RawLogLine['stream'], at: number | null): RawLogLine => ({ stream, at, text: String(at) })

  it('orders by time and keeps the last lines of both streams together', () => {
    const merged = mergeTails([line('stdout', 1), line('stdout', 4), line('stderr', 2), line('stderr', 3)], 3)
    expect(merged.map(({ at }) => at)).toEqual([2, 3, 4])
  })

  it('does not pretend to know an order without times', () => {
    const merged = mergeTails([line('stderr', null), line('stdout', 9), line('stdout', null)], 1)
    expect(merged.map(({ stream, at }) => [stream, at])).toEqual([
      ['stdout', 9],
      ['stdout', null],
      ['stderr', null],
    ])
  })
})
