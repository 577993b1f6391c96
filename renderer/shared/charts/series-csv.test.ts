import { expect, it } from 'vitest'
import type { Series } from '../../../core/contract/index.ts'
import { seriesCsv } from './series-csv.ts'

const series = (instance: string, points: Series['points']): Series => ({
  metric: 'cpu',
  unit: 'ms',
  instance,
  app: 'shop',
  host: null,
  points,
})

it('has a row for each time and a column for each line', () => {
  const text = seriesCsv([
    series('a', [
      [0, 1],
      [1000, null],
    ]),
    series('b', [[1000, 2.5]]),
  ])
  expect(text).toBe('time,"a [ms]","b [ms]"\r\n1970-01-01T00:00:00.000Z,1,\r\n1970-01-01T00:00:01.000Z,,2.5\r\n')
})

it('keeps names from being formulas', () => {
  expect(seriesCsv([series('=HYPERLINK("x")', [])])).toBe(`time,"'=HYPERLINK(""x"") [ms]"\r\n`)
})
