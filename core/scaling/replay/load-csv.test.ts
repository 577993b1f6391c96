import { describe, expect, it } from 'vitest'
import { parseLoadCsv } from './load-csv.ts'
import { bridge, toSteps } from './load.ts'

describe('reading a recorded load', () => {
  it('seconds and counts become rates', () => {
    const load = parseLoadCsv('time,requests\n0,60\n60,120\n120,180\n')
    expect([...load.rates]).toEqual([1, 2, 3])
    expect(load).toMatchObject({ startMs: 0, binSeconds: 60, gaps: 0, value: 'count' })
  })

  it('ISO times, with zone and without', () => {
    expect(parseLoadCsv('2026-11-11T00:00:00+08:00,60\n2026-11-11T00:01:00+08:00,60').startMs).toBe(Date.parse('2026-11-10T16:00:00Z'))
    expect(parseLoadCsv('2026-11-11 00:00:00,60\n2026-11-11 00:01:00,60').startMs).toBe(Date.parse('2026-11-11T00:00:00Z'))
  })

  it('a heading or an option says that values are rates', () => {
    expect([...parseLoadCsv('time,rps\n0,60\n60,120').rates]).toEqual([60, 120])
    expect([...parseLoadCsv('0,60\n60,120', { value: 'rate' }).rates]).toEqual([60, 120])
  })

  it('empty values, words and missing lines are gaps, never zeros', () => {
    const load = parseLoadCsv('time,count\n0,60\n60,\n120,gap\n180,60\n300,60\n360,60')
    expect([...load.rates]).toEqual([1, Number.NaN, Number.NaN, 1, Number.NaN, 1, 1])
    expect(load.gaps).toBe(3)
  })

  it('one column with the width in a comment', () => {
    expect(parseLoadCsv('# hits; start=1995-07-01T00:00:01-04:00; step=60s\ncount\n60\n120')).toMatchObject({
      binSeconds: 60,
      startMs: Date.parse('1995-07-01T04:00:01Z'),
    })
    expect(() => parseLoadCsv('count\n60\n120')).toThrow('--bin')
  })

  it.each([
    ['time,count\n0,60\n60,-1', 'line 3'],
    ['time,count\n0,60\n60,many', 'line 3'],
    ['time,count\n60,1\n0,1', 'must rise'],
    ['time,count\n0,1', 'at least two'],
    ['time,count\n0,\n60,', 'every bin is a gap'],
    ['', 'at least two'],
  ])('says what is wrong: %j', (text, message) => expect(() => parseLoadCsv(text)).toThrow(message))
})

describe('steps', () => {
  const bins = { startMs: 0, binSeconds: 60, rates: Float64Array.of(0, 60, Number.NaN, 60) }
  it('change evenly from the middle of a bin to the middle of the next', () => {
    const { rates } = toSteps(bins, 5)
    expect(rates).toHaveLength(48)
    expect(rates[5]).toBe(0)
    expect(rates[11]).toBeCloseTo(27.5)
  })
  it('a gap stays a gap, or is bridged', () => {
    expect(toSteps(bins, 5).rates[30]).toBeNaN()
    expect(toSteps(bins, 5, 'bridge').rates[30]).toBe(60)
    expect([...bridge(Float64Array.of(Number.NaN, 2, Number.NaN, 4, Number.NaN))]).toEqual([2, 2, 3, 4, 4])
  })
})
