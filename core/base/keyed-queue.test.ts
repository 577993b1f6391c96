import { describe, expect, it } from 'vitest'
import { KeyedQueue } from './keyed-queue.ts'

const tick = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms))

describe('the keyed queue', () => {
  it('runs a key that is added while it runs once more, and never twice at the same time', async () => {
    let running = 0
    let most = 0
    let runs = 0
    const queue = new KeyedQueue({
      concurrency: 8,
      work: async () => {
        most = Math.max(most, ++running)
        await tick(5)
        running--
        runs++
      },
      onError: () => undefined,
    })
    queue.add('a')
    await tick()
    for (let index = 0; index < 20; index++) queue.add('a')
    await tick(60)
    expect({ most, runs }).toEqual({ most: 1, runs: 2 })
  })

  it('runs at most as many keys at once as it may', async () => {
    let running = 0
    let most = 0
    const queue = new KeyedQueue({
      concurrency: 3,
      work: async () => {
        most = Math.max(most, ++running)
        await tick(2)
        running--
      },
      onError: () => undefined,
    })
    for (let index = 0; index < 20; index++) queue.add(`k${index}`)
    while (queue.size > 0) await tick(2)
    expect(most).toBe(3)
  })

  it('tries a failed key again, later each time, until it succeeds', async () => {
    const delays: number[] = []
    let runs = 0
    const queue = new KeyedQueue({
      concurrency: 1,
      work: async () => {
        if (++runs < 3) throw new Error('not yet')
      },
      onError: (_key, _error, retryInMs) => delays.push(retryInMs),
    })
    queue.add('a')
    while (runs < 3) await tick(10)
    expect(delays).toEqual([200, 400])
  })

  it('lets timers have their turn between keys that never wait for anything', async () => {
    let runs = 0
    const queue = new KeyedQueue({ concurrency: 1, work: () => Promise.resolve(void (runs += 1)), onError: () => undefined })
    for (let index = 0; index < 1000; index++) queue.add(`k${index}`)
    await tick()
    expect(runs).toBeLessThan(1000)
    while (queue.size > 0) await tick()
    expect(runs).toBe(1000)
  })

  it('keeps the shortest of several delays', async () => {
    const at: number[] = []
    const queue = new KeyedQueue({ concurrency: 1, work: async () => void at.push(performance.now()), onError: () => undefined })
    queue.addAfter('a', 10_000)
    queue.addAfter('a', 20)
    queue.addAfter('a', 5000)
    await tick(200)
    expect(at).toHaveLength(1)
    await queue.stop()
  })

  it('takes nothing more once stopped, and waits for what runs', async () => {
    let finished = false
    const queue = new KeyedQueue({
      concurrency: 1,
      work: async () => {
        await tick(20)
        finished = true
      },
      onError: () => undefined,
    })
    queue.add('a')
    await tick()
    await queue.stop()
    expect(finished).toBe(true)
    queue.add('b')
    expect(queue.size).toBe(0)
  })
})
