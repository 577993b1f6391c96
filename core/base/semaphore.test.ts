import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Semaphore } from './semaphore.ts'

describe('the semaphore', () => {
  const counted = async (limit: number, holdMs?: number) => {
    const semaphore = new Semaphore(limit)
    let running = 0
    let most = 0
    const order: number[] = []
    const work = (item: number) => async () => {
      most = Math.max(most, ++running)
      await sleep(30)
      running--
      order.push(item)
    }
    await Promise.all([0, 1, 2, 3, 4, 5].map((item) => semaphore.run(work(item), holdMs)))
    return { most, order }
  }

  it('runs as many at once as it may, in order', async () => {
    expect(await counted(2)).toEqual({ most: 2, order: [0, 1, 2, 3, 4, 5] })
  })

  it('lets others in beside what holds its place too long', async () => {
    expect((await counted(1, 5)).most).toBeGreaterThan(1)
  })

  it('gives the place back once, also after a failure', async () => {
    const semaphore = new Semaphore(1)
    await expect(semaphore.run(() => sleep(20).then(() => Promise.reject(new Error('no'))), 1)).rejects.toThrow('no')
    let running = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++running)
      await sleep(5)
      running--
    }
    await Promise.all([1, 2, 3].map(() => semaphore.run(work)))
    expect(most).toBe(1)
  })
})
