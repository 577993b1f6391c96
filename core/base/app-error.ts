import { ERROR_STATUS, type ErrorCode, type ErrorDetails, type InputIssue } from '../contract/index.ts'

/** A failure that a caller can be told about, with a code of the contract. Anything else that is thrown is a bug. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { details?: ErrorDetails } = {}) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.details = options.details ?? {}
  }

  get status(): number {
    return ERROR_STATUS[this.code]
  }
}

export function notFound(kind: string, name: string): AppError {
  return new AppError('NOT_FOUND', `there is no ${kind} called "${name}"`)
}

/** Bad input that only a use case can detect, as opposed to the contract. */
export function unprocessable(issues: InputIssue[]): AppError {
  return new AppError('UNPROCESSABLE', issues.map((issue) => `${issue.field}: ${issue.message}`).join('; '), { details: { issues } })
}
