import { describe, expect, it } from 'vitest'
import { Forecaster, type Forecast } from './forecaster.ts'
import { SEASONS } from './season.ts'

const forecasterOf = () =>
  new Forecaster({
    stepSeconds: 30,
    leadSeconds: 60,
    keepSeconds: 600,
    confidence: 0.94,
    weight: 3,
    seasons: [SEASONS['30m'], SEASONS['1h']],
    floor: 20,
  })
const HALF_HOUR = 60
const burst = (step: number) => (step % HALF_HOUR < 4 ? 900 : 300) + ((step * 7919) % 17)
const play = (load: (step: number) => number | null, steps: number) => {
  const forecaster = forecasterOf()
  return Array.from({ length: steps }, (_, step) => forecaster.next(step * 30_000, load(step)) as Forecast)
}

describe('a forecast', { timeout: 60_000 }, () => {
  const days = 3 * 48
  const forecasts = play(burst, days * HALF_HOUR)
  const at = (day: number, step: number) => forecasts[day * 48 * HALF_HOUR + step]?.upper ?? 0

  it('23: learns a repetition after a day of it, and orders before it comes', () => {
    expect(at(2, 10 * HALF_HOUR - 2)).toBeGreaterThan(850)
    expect(at(2, 10 * HALF_HOUR + 30)).toBeLessThan(600)
  })

  it('23: follows no season within the first day', () => {
    for (const { upperBy } of forecasts.slice(0, 47 * HALF_HOUR)) expect(upperBy).not.toContain('/')
  })

  it('keeps to its confidence on noise', () => {
    const noise = (step: number) => 500 + ((step * 104_729) % 199)
    const played = play(noise, 4000)
    const missed = played
      .slice(2000, 3990)
      .filter((forecast, index) => Math.max(noise(2001 + index), noise(2002 + index), noise(2003 + index)) > forecast.upper)
    expect(missed.length / 1990).toBeLessThan(0.1)
  })

  it('learns nothing from what was not measured', () => {
    const withGap = play((step) => (step > 500 && step < 700 ? null : 500), 900)
    expect(withGap[600]).toEqual(withGap[500])
    expect(withGap[899]?.upper).toBeLessThan(700)
  })
})
