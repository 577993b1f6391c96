import { z } from 'zod'

/** One thing wrong with the input: where, what, and how to mend it. */
export const InputIssue = z.object({
  field: z.string().describe('Path of the field, as in "ports[0].host"'),
  message: z.string().describe('What is wrong and what to write instead'),
})
export type InputIssue = z.output<typeof InputIssue>

export const ErrorDetails = z.object({
  issues: z.array(InputIssue).optional(),
  hint: z.string().optional().describe('What to do next'),
  errorId: z.string().optional().describe('Present on internal errors: the id under which the log holds the cause'),
})
export type ErrorDetails = z.output<typeof ErrorDetails>

/**
 * The closed list of error codes and their HTTP status. Everything a person can mend is a 4xx. A host that does not
 * answer is a state of that host, so it is an error only where the caller asked for that very host.
 */
export const ERROR_STATUS = {
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  ALREADY_EXISTS: 409,
  CONFLICT: 409,
  GENERATION_CHANGED: 412,
  TOO_LARGE: 413,
  UNPROCESSABLE: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  HOST_UNREACHABLE: 503,
  STORE_UNAVAILABLE: 507,
} as const
export type ErrorCode = keyof typeof ERROR_STATUS
