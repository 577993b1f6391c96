import { describe, expect, it } from 'vitest'
import { AppSpec, ERROR_STATUS } from '../contract/index.ts'
import { ORPCError } from '../contract/client.ts'
import { AppError } from '../base/app-error.ts'
import { EXIT } from './exit-code.ts'
import { CliError, failureOf, issuesOf } from './failure.ts'

describe('failureOf', () => {
  it.each([
    ['NOT_FOUND', EXIT.notFound],
    ['CONFLICT', EXIT.refused],
    ['GENERATION_CHANGED', EXIT.refused],
    ['UNAUTHENTICATED', EXIT.denied],
    ['FORBIDDEN', EXIT.denied],
    ['UNPROCESSABLE', EXIT.badInput],
    ['INTERNAL', EXIT.failure],
    ['HOST_UNREACHABLE', EXIT.failure],
  ] as const)('gives %s from the server its exit status', (code, exitCode) => {
    expect(failureOf(new ORPCError(code, { status: ERROR_STATUS[code] })).exitCode).toBe(exitCode)
    expect(failureOf(new AppError(code, 'from a core in this process')).exitCode).toBe(exitCode)
  })

  it('passes on the server’s issues and hint, and does not say the same twice', () => {
    const issues = [{ field: 'password', message: 'use at least 12 characters' }]
    const error = new ORPCError('BAD_REQUEST', { message: 'password: use at least 12 characters', data: { issues, hint: 'do that' } })
    expect(failureOf(error)).toMatchObject({ message: 'the input cannot be used', issues, hint: 'do that', exitCode: EXIT.badInput })
  })

  it('has one line for anything else', () => {
    expect(failureOf(new RangeError('broken'))).toEqual({ code: 'failure', message: 'broken', issues: [], exitCode: EXIT.failure })
    expect(failureOf(new CliError(EXIT.timeout, 'late'))).toMatchObject({ code: 'timeout', exitCode: 7 })
  })
})

describe('issuesOf', () => {
  it('names fields as people write them', () => {
    const value = {
      name: 'a',
      command: ['x'],
      instnces: 2,
      ports: [{ name: 'http', host: 'auto', potr: 1 }],
      resources: { memory: 'lots' },
    }
    const fields = issuesOf(AppSpec.safeParse(value).error!).map((issue) => issue.field)
    expect(fields.sort()).toEqual(['instnces', 'ports[0].potr', 'resources.memory'])
  })
})
