import { createHook } from 'node:async_hooks'
import { expect, it } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'

it('keeps a salted scrypt hash that only the right password fits', async () => {
  const [one, other] = await Promise.all([hashPassword('pässword of mine'), hashPassword('pässword of mine')])
  expect(one).toMatch(/^scrypt\$32768\$8\$3\$/)
  expect(one).not.toBe(other)
  expect(await verifyPassword('pa\u0308ssword of mine', one)).toBe(true)
  expect(await verifyPassword('password of mine', one)).toBe(false)
})

it('does the same work where there is no password, and never accepts one', async () => {
  const work: string[] = []
  const hook = createHook({ init: (_, type) => void work.push(type) }).enable()
  expect(await verifyPassword('', null)).toBe(false)
  hook.disable()
  expect(work).toContain('SCRYPTREQUEST')
})
