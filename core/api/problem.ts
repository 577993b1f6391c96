import { ORPCError, ValidationError } from '@orpc/server'
import { AppError } from '../base/app-error.ts'
import { randomText } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import { ERROR_STATUS, ErrorDetails, GENERAL_HINTS, type ErrorCode } from '../contract/index.ts'
import type { Problem } from '../contract/problem.ts'
import { wordIssues, type SchemaIssue } from './issues.ts'

const TITLES: Record<ErrorCode, string> = {
  BAD_REQUEST: 'Bad request',
  UNAUTHENTICATED: 'Not signed in',
  FORBIDDEN: 'Not allowed',
  NOT_FOUND: 'Not found',
  METHOD_NOT_ALLOWED: 'Method not allowed',
  ALREADY_EXISTS: 'Already exists',
  CONFLICT: 'Conflict',
  GENERATION_CHANGED: 'Changed meanwhile',
  TOO_LARGE: 'Too large',
  UNPROCESSABLE: 'Unprocessable',
  RATE_LIMITED: 'Too many requests',
  INTERNAL: 'Internal error',
  HOST_UNREACHABLE: 'Host unreachable',
  STORE_UNAVAILABLE: 'Store unavailable',
}

const isOrpcError = (thrown: unknown): thrown is ORPCError<string, unknown> => thrown instanceof ORPCError

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERROR_STATUS, code)

/**
 * Turns whatever was thrown into an error a caller may see. What is not meant for callers becomes INTERNAL with an id, under
 * which the log holds the cause, once.
 */
export function toAppError(thrown: unknown, logger: Logger): AppError {
  if (thrown instanceof AppError) return thrown
  if (isOrpcError(thrown)) {
    if (thrown.cause instanceof AppError) return thrown.cause
    if (thrown.code === 'BAD_REQUEST' && thrown.cause instanceof ValidationError) return badInput(thrown.cause.issues)
    if (isErrorCode(thrown.code) && thrown.code !== 'INTERNAL')
      return new AppError(thrown.code, thrown.message, { cause: thrown, details: ErrorDetails.safeParse(thrown.data).data ?? {} })
  }
  const errorId = randomText(12)
  logger.error({ ...causeOf(thrown), errorId }, 'a request failed')
  const code = isStoreFailure(thrown) ? 'STORE_UNAVAILABLE' : 'INTERNAL'
  const message = code === 'INTERNAL' ? 'something went wrong inside the console' : 'the console cannot read or write its database'
  return new AppError(code, message, { cause: thrown, details: { errorId, hint: `The console's log has the cause under ${errorId}.` } })
}

/** What the log may hold. Of an answer that does not fit the contract not the answer, which may hold a secret. */
function causeOf(thrown: unknown): Record<string, unknown> {
  const cause = isOrpcError(thrown) ? (thrown.cause ?? thrown) : thrown
  return cause instanceof ValidationError ? { err: { message: cause.message, issues: wordIssues(cause.issues) } } : { err: cause }
}

function badInput(issues: readonly SchemaIssue[]): AppError {
  const worded = wordIssues(issues)
  const text = worded.map((issue) => `${issue.field}: ${issue.message}`).join('; ')
  return new AppError('BAD_REQUEST', text, { details: { issues: worded } })
}

/** A full disk or a damaged file, as SQLite reports them; not a mistake in a query. */
function isStoreFailure(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN)/.test(code)
}

/** Every problem says what to do: in its issues, or as a hint. */
export function toProblem(error: AppError): Problem {
  return {
    type: `urn:spacefort:problem:${error.code.toLowerCase().replaceAll('_', '-')}`,
    title: TITLES[error.code],
    status: error.status,
    detail: error.message,
    code: error.code,
    ...(error.details.issues === undefined ? { hint: GENERAL_HINTS[error.code] } : {}),
    ...error.details,
  }
}

export function problemResponse(error: AppError, headers: Record<string, string> = {}): Response {
  const response = Response.json(toProblem(error), { status: error.status, headers })
  response.headers.set('content-type', 'application/problem+json')
  addRetryAfter(response.headers, error)
  return response
}

/** Tells a program what the hint tells people: when to try again. */
export function addRetryAfter(headers: Headers, { code, details }: AppError): void {
  if (code === 'RATE_LIMITED') headers.set('retry-after', String(details.retryAfterSeconds ?? 1))
}
