import { expect, it } from 'vitest'
import { lazy } from './lazy.ts'

function flaky(failures: number) {
  let calls = 0
  const load = async () => {
    if (calls++ < failures) throw new TypeError('network')
    return 'part'
  }
  return { load, calls: () => calls }
}

it('tries again after a failure', async () => {
  const { load, calls } = flaky(2)
  expect(await lazy(load, [0, 0])()).toBe('part')
  expect(calls()).toBe(3)
})

it('says in the end what went wrong', async () => {
  const { load } = flaky(9)
  await expect(lazy(load, [0, 0])()).rejects.toThrow('network')
})
