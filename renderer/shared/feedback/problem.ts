import { ORPCError } from '../../../core/contract/client.ts'
import { specificHint, type InputIssue } from '../../../core/contract/index.ts'

/** A failure as a person is told about it. Title and next step are chosen by `code` in the person's language. */
export interface ProblemView {
  code: string
  /** What the server said, in its own words. */
  detail: string
  hint: string | undefined
  issues: readonly InputIssue[]
  errorId: string | undefined
}

/** Codes that have a title and a next step of their own under `problem.*`. */
export const PROBLEM_CODES = [
  'BAD_REQUEST',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'CONFLICT',
  'GENERATION_CHANGED',
  'TOO_LARGE',
  'UNPROCESSABLE',
  'RATE_LIMITED',
  'INTERNAL',
  'HOST_UNREACHABLE',
  'STORE_UNAVAILABLE',
  'OFFLINE',
  'UNEXPECTED',
] as const

interface Details {
  issues?: InputIssue[]
  hint?: string
  errorId?: string
}

function isApiError(error: unknown): error is ORPCError<string, unknown> {
  return error instanceof ORPCError
}

export function toProblem(error: unknown): ProblemView {
  if (isApiError(error)) {
    const details = (error.data ?? {}) as Details
    const known = (PROBLEM_CODES as readonly string[]).includes(error.code)
    return {
      code: known ? error.code : 'UNEXPECTED',
      detail: error.message,
      hint: specificHint(error.code, details.hint),
      issues: details.issues ?? [],
      errorId: details.errorId,
    }
  }
  // fetch reports an unreachable server as a TypeError and says nothing more about it.
  const code = error instanceof TypeError ? 'OFFLINE' : 'UNEXPECTED'
  return { code, detail: error instanceof Error ? error.message : String(error), hint: undefined, issues: [], errorId: undefined }
}

export function isSignedOut(error: unknown): boolean {
  return isApiError(error) && error.code === 'UNAUTHENTICATED'
}

export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
