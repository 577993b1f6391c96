import { EngineError } from '../engine.ts'

interface Failure {
  status: number | undefined
  text: string
}

const REFUSED = [
  /port is already allocated/i,
  /address already in use/i,
  /executable file not found/i,
  /no such image/i,
  /permission denied/i,
  /is not running/i,
]
const ENGINE_TROUBLE = [
  /context (deadline exceeded|canceled)/i,
  /containerd/i,
  /transport is closing/i,
  /connection refused/i,
  /shutting down/i,
]

/** What Docker answered: the HTTP status, if there was one, and its own words. */
export function readFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { status: undefined, text: String(error) }
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined
  const code = 'code' in error && typeof error.code === 'string' && !error.message.includes(error.code) ? ` (${error.code})` : ''
  return { status, text: error.message.replace(/^\(HTTP code \d+\) .*? - /s, '').trim() + code }
}

/**
 * Sorts a failure of the Docker API. Without an answer, or when the engine itself is in trouble, the host is unreachable;
 * what Docker says about the request is a refusal, a missing container is gone. `acting` tells that the call was to change
 * something: there a 500 is about this instance (a mount, a device, a limit), unless the words point at the engine.
 */
export function toEngineError(error: unknown, options: { where: string; acting?: boolean }): EngineError {
  if (error instanceof EngineError) return error
  const { status, text } = readFailure(error)
  const make = (reason: EngineError['reason'], message: string) => new EngineError(reason, message, { cause: error })
  if (status === undefined) return make('unreachable', `Docker at ${options.where} does not answer: ${text}`)
  if (status === 404 && /no such (container|exec)/i.test(text)) return make('gone', text)
  if (status < 500 || REFUSED.some((pattern) => pattern.test(text))) return make('refused', explain(text))
  if (options.acting && status === 500 && !ENGINE_TROUBLE.some((pattern) => pattern.test(text))) return make('refused', explain(text))
  return make('unreachable', `Docker at ${options.where} failed: ${text}`)
}

function explain(text: string): string {
  if (!/port is already allocated|address already in use/i.test(text)) return text
  const port = /(?:\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]*\]):(\d+)/i.exec(text)?.[1]
  return `port ${port ?? '(unknown)'} of the host is taken: ${text}`
}
