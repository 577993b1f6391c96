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
  retryAfterSeconds: z.int().positive().optional().describe('Present where it only takes waiting: how long'),
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

/** What to do where whoever refused knows nothing better to say. Front ends have words of their own for these. */
export const GENERAL_HINTS: Record<ErrorCode, string> = {
  BAD_REQUEST: 'Change what is wrong and send it again.',
  UNAUTHENTICATED: 'Sign in, or send a token.',
  FORBIDDEN: 'Ask an administrator for the role or the token that is needed.',
  NOT_FOUND: 'Check how it is written; it may have been removed meanwhile.',
  METHOD_NOT_ALLOWED: 'Use one of those methods; /docs shows what each does.',
  ALREADY_EXISTS: 'Choose another name, or change the one that is there.',
  CONFLICT: 'Look at its state now, and try again when nothing stands against it any more.',
  GENERATION_CHANGED: 'Read it again, and decide on what it is now.',
  TOO_LARGE: 'Send less at once.',
  UNPROCESSABLE: 'Change what is wrong and send it again.',
  RATE_LIMITED: 'Wait, and send fewer requests a second.',
  INTERNAL: 'Try again; if it stays, look into the log of the console.',
  HOST_UNREACHABLE: 'Try again when the host answers; its page says why it does not.',
  STORE_UNAVAILABLE: 'Make room on the disk of the console, or repair it.',
}

/** What the server advises in this very case; undefined for a general hint. */
export function specificHint(code: string, hint: string | undefined): string | undefined {
  return hint === (GENERAL_HINTS as Record<string, string>)[code] ? undefined : hint
}
