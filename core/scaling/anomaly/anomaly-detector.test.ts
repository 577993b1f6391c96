import { expect, it } from 'vitest'
import { AnomalyDetector } from './anomaly-detector.ts'

const series = (length: number) => Array.from({ length }, (_, index) => 100 + 10 * Math.sin(index / 40) + ((index * 7919) % 13))
const alarmsOf = (values: number[]) => {
  const detector = new AnomalyDetector()
  return values.map((value, index) => detector.next(index * 300_000, value).alarm)
}

it('one alarm for one episode, at its beginning, and far above what is usual', () => {
  const values = series(1500)
  values.fill(400, 1000, 1020)
  const alarms = alarmsOf(values)
  const usual = Math.max(...alarms.slice(500, 1000))
  expect(alarms[1000]).toBeGreaterThan(3 * usual)
  expect(alarms.slice(1020, 1140).every((alarm) => alarm === 0)).toBe(true)
})

it('sees the past only: what follows changes no earlier answer', () => {
  const values = series(800)
  expect(alarmsOf(values).slice(0, 400)).toEqual(alarmsOf(values.slice(0, 400)))
})
