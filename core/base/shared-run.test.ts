import { describe, expect, it } from 'vitest'
import { SharedRun } from './shared-run.ts'

describe('shared work', () => {
  it('is done once for all who ask before it begins, and once more for those who ask while it runs', async () => {
    let runs = 0
    const release: (() => void)[] = []
    const shared = new SharedRun(() => {
      runs++
      return new Promise((resolve) => release.push(resolve))
    })
    const first = [shared.run(), shared.run(), shared.run()]
    await expect.poll(() => runs).toBe(1)
    const second = [shared.run(), shared.run()]
    release.shift()?.()
    await Promise.all(first)
    await expect.poll(() => runs).toBe(2)
    release.shift()?.()
    await Promise.all(second)
    expect(runs).toBe(2)
  })

  it('tells those who waited that it failed, and goes on with the next', async () => {
    let fails = true
    const shared = new SharedRun(() => (fails ? Promise.reject(new Error('no')) : Promise.resolve()))
    await expect(Promise.all([shared.run(), shared.run()])).rejects.toThrow('no')
    fails = false
    await shared.run()
  })
})
