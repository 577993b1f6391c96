import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { coalesce } from './coalesce.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('runs at once, then at most once an interval, and once more for what came meanwhile', async () => {
  let runs = 0
  const { request } = coalesce(async () => {
    runs++
    await new Promise((resolve) => setTimeout(resolve, 50))
  }, 250)
  for (let ms = 0; ms < 950; ms += 10) {
    request()
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(runs).toBe(4)
  await vi.advanceTimersByTimeAsync(1000)
  expect(runs).toBe(5)
})

it('rests after a call that took long', async () => {
  const starts: number[] = []
  const begun = performance.now()
  const { request } = coalesce(async () => {
    starts.push(performance.now() - begun)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }, 250)
  for (let ms = 0; ms < 2000; ms += 10) {
    request()
    await vi.advanceTimersByTimeAsync(10)
  }
  expect(starts).toEqual([0, 800, 1600])
})

it('does nothing after it was stopped', async () => {
  let runs = 0
  const work = coalesce(async () => {
    runs++
  }, 100)
  work.request()
  work.stop()
  work.request()
  await vi.advanceTimersByTimeAsync(1000)
  expect(runs).toBe(0)
})
