import { CommanderError } from 'commander'
import type { z } from 'zod'
import { ERROR_STATUS, ErrorDetails, specificHint, type InputIssue } from '../contract/index.ts'
import { ORPCError } from '../contract/client.ts'
import { EXIT } from './exit-code.ts'

/** A failure the command line itself finds; carries the exit code and what to do about it. */
export class CliError extends Error {
  readonly exitCode: number
  readonly issues: InputIssue[]
  readonly hint: string | undefined

  constructor(exitCode: number, message: string, details: { issues?: InputIssue[]; hint?: string; cause?: unknown } = {}) {
    super(message, { cause: details.cause })
    this.name = 'CliError'
    this.exitCode = exitCode
    this.issues = details.issues ?? []
    this.hint = details.hint
  }
}

/** The status of a program that ran on behalf of the caller, passed on without a word. */
export class ExitStatus extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`exit status ${exitCode}`)
    this.exitCode = exitCode
  }
}

export interface Failure {
  code: string
  message: string
  issues: InputIssue[]
  hint?: string
  exitCode: number
}

const EXIT_OF_CODE: Record<string, number> = {
  BAD_REQUEST: EXIT.badInput,
  UNPROCESSABLE: EXIT.badInput,
  TOO_LARGE: EXIT.badInput,
  UNAUTHENTICATED: EXIT.denied,
  FORBIDDEN: EXIT.denied,
  NOT_FOUND: EXIT.notFound,
  ALREADY_EXISTS: EXIT.refused,
  CONFLICT: EXIT.refused,
  GENERATION_CHANGED: EXIT.refused,
}

const HINT_OF_CODE: Record<string, string> = {
  FORBIDDEN: 'use a user or token with a higher role or wider scopes',
  GENERATION_CHANGED: 'somebody else changed it meanwhile; look again and repeat the command',
  RATE_LIMITED: 'wait a moment and repeat the command',
}

/** Says of any thrown value what a person should read and with which status the program ends. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) {
    const name = Object.entries(EXIT).find(([, code]) => code === error.exitCode)?.[0] ?? 'failure'
    return {
      code: name,
      message: error.message,
      issues: error.issues,
      exitCode: error.exitCode,
      ...(error.hint ? { hint: error.hint } : {}),
    }
  }
  if (error instanceof ORPCError) return fromServer({ code: String(error.code), message: error.message, details: error.data })
  if (isCoded(error)) return fromServer(error)
  if (error instanceof CommanderError) {
    return { code: 'usage', message: error.message.replace(/^error: /, ''), issues: [], hint: 'see "spacefort help"', exitCode: EXIT.usage }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'failure', message, issues: [], exitCode: EXIT.failure }
}

/** Whether an error was thrown with a code of the contract by a core in this very process. */
function isCoded(error: unknown): error is Error & { code: string; details: unknown } {
  return error instanceof Error && 'code' in error && 'details' in error && String(error.code) in ERROR_STATUS
}

function fromServer(error: { code: string; message: string; details: unknown }): Failure {
  const details = ErrorDetails.safeParse(error.details).data ?? {}
  const issues = details.issues ?? []
  // Some answers repeat all issues in their message.
  const repeated = issues.length > 0 && error.message === issues.map((issue) => `${issue.field}: ${issue.message}`).join('; ')
  // The server's own advice is for programs that speak HTTP.
  const signIn = error.code === 'UNAUTHENTICATED' ? 'sign in with "spacefort login", or set SPACEFORT_TOKEN' : undefined
  const hint =
    signIn ??
    specificHint(error.code, details.hint) ??
    HINT_OF_CODE[error.code] ??
    (details.errorId && `the server's log has the cause under ${details.errorId}`)
  return {
    code: error.code,
    message: repeated ? 'the input cannot be used' : error.message,
    issues,
    exitCode: EXIT_OF_CODE[error.code] ?? EXIT.failure,
    ...(hint ? { hint } : {}),
  }
}

/** Field-wise issues of a schema, in the words and paths the server would use. */
export function issuesOf(error: z.ZodError): InputIssue[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)))
    const message = issue.message.endsWith('received undefined') ? 'is missing' : issue.message
    if (issue.code !== 'unrecognized_keys') return [{ field: fieldName(path), message }]
    return issue.keys.map((key) => ({ field: fieldName([...path, key]), message: 'there is no such field; check the spelling' }))
  })
}

function fieldName(path: (string | number)[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
  return text.replace(/^\./, '') || '(whole document)'
}
