import { expect, it } from 'vitest'
import { axisScale } from './axis-scale.ts'

const MIB = 2 ** 20

it.each([
  [48 * MIB, 'bytes', 20 * MIB, 60 * MIB],
  [1.5, 'millicores', 1, 2],
  [0.004, '1/s', 0.001, 0.005],
  [900, 'ms', 500, 1000],
  [0, 'ms', 1, 1],
])('%d %s', (most, unit, ...expected) => {
  const { step, max } = axisScale(most, unit)
  expect(step).toBeCloseTo(expected[0])
  expect(max).toBeCloseTo(expected[1])
})

it('always reaches above the highest value with few lines', () => {
  for (let most = 0.001; most < 1e12; most *= 1.7)
    for (const unit of ['bytes', '1/s']) {
      const { step, max } = axisScale(most, unit)
      expect(max).toBeGreaterThanOrEqual(most)
      expect(max / step).toBeLessThanOrEqual(5.01)
    }
})
