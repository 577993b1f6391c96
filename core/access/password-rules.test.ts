import { describe, expect, it } from 'vitest'
import { isContractProcedure } from '@orpc/contract'
import type { z } from 'zod'
import { contract } from '../contract/index.ts'

function inputOf(operation: unknown): z.ZodType {
  if (!isContractProcedure(operation)) throw new Error('this is no operation')
  return operation['~orpc'].inputSchema as z.ZodType
}

const allows = (password: string) =>
  [contract.access.addUser, contract.access.updateUser].map(
    (operation) => inputOf(operation).safeParse({ name: 'olga', role: 'viewer', password }).success,
  )

describe('a new password', () => {
  it.each([
    'x'.repeat(12),
    'x'.repeat(64),
    'x'.repeat(128),
    'correct horse battery staple',
    '           \t',
    '正确的马电池订书钉长密码',
    '🔑'.repeat(20),
  ])('may be %j', (password) => expect(allows(password)).toEqual([true, true]))

  it.each(['', 'short', 'x'.repeat(11), 'x'.repeat(129), 'x'.repeat(100_000)])('is refused when it is too short or too long', (password) =>
    expect(allows(password)).toEqual([false, false]),
  )
})
