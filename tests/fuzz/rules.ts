import { ERROR_STATUS } from '../../core/contract/index.ts'
import { Problem } from '../../core/contract/problem.ts'
import { mayCall } from './callers.ts'
import type { Planned } from './requests.ts'
import type { WireAnswer } from './send.ts'

export interface Broken {
  rule: string
  detail: string
}

const STACK = /\n\s+at .+:\d+:\d+|node_modules|\.ts:\d+/
/** A body that is refused before it has been read may be cut off while it is still being sent. */
const CUT_OFF = /ECONNRESET|EPIPE|socket hang up/

/** What is wrong with one answer, whatever was asked. `secrets` never belong into an answer. */
export function brokenRules({ operation, caller, request, reaches }: Planned, answer: WireAnswer, secrets: readonly string[]): Broken[] {
  const broken: Broken[] = []
  const breaks = (rule: string, detail: string) => void broken.push({ rule, detail })
  const { status } = answer
  if (status === 0) {
    const excused = CUT_OFF.test(answer.failure) && Buffer.byteLength(request.body ?? '') > 500_000
    if (!excused) breaks('no-answer', answer.failure)
    return broken
  }
  const declared = status === ERROR_STATUS.HOST_UNREACHABLE && operation.statuses.has(status)
  if (status >= 500 && !declared) breaks('server-error', answer.body.slice(0, 500))
  if (status >= 400) for (const detail of problemFaults(answer, request.method)) breaks('problem', detail)
  if (reaches && status !== 429) {
    const allowed = mayCall(caller, operation.role, operation.scope)
    const refusal = caller.role === null ? 401 : 403
    if (!allowed && status !== refusal) breaks('access', `${caller.name} got ${status} instead of ${refusal}`)
    if (allowed && caller.role !== null && operation.role !== null && status === 401)
      breaks('access', `${caller.name} is not known any more`)
  }
  if (status < 400 && !answer.headers['content-type']?.includes('text/event-stream') && STACK.test(answer.body) && !operation.raw)
    if (operation.path.startsWith('/api/')) breaks('leak', 'the answer looks like a stack trace')
  for (const secret of secrets) if (answer.body.includes(secret) && !operation.raw) breaks('leak', 'the answer holds a secret')
  for (const name of ['content-security-policy', 'x-content-type-options', 'x-frame-options', 'cache-control'])
    if (!(name in answer.headers)) breaks('headers', `${name} is missing`)
  if (Object.keys(answer.headers).some((name) => name.startsWith('access-control') || name === 'injected'))
    breaks('headers', JSON.stringify(answer.headers))
  return broken
}

/** Every refusal says in which field, what is wrong and what to do. */
function problemFaults(answer: WireAnswer, method: string): string[] {
  if (method === 'HEAD') return []
  if (answer.headers['content-type'] !== 'application/problem+json') return [`is of type ${String(answer.headers['content-type'])}`]
  const parsed = Problem.safeParse(jsonOf(answer.body))
  if (!parsed.success) return [`is no problem document: ${answer.body.slice(0, 300)}`]
  const { code, status, detail, hint, issues = [] } = parsed.data
  const faults: string[] = []
  if ((ERROR_STATUS as Record<string, number>)[code] !== answer.status || status !== answer.status)
    faults.push(`code ${code} with status ${answer.status}`)
  if (detail === '') faults.push('has no detail')
  if (STACK.test(answer.body)) faults.push('shows the inside of the program')
  if ((code === 'BAD_REQUEST' || code === 'UNPROCESSABLE') && !issues.some(({ field, message }) => field !== '' && message !== ''))
    faults.push(`names no field: ${detail.slice(0, 200)}`)
  if (issues.length === 0 && (hint ?? '') === '') faults.push(`does not say what to do: ${code} ${detail.slice(0, 200)}`)
  if (answer.status === 429 && !(Number(answer.headers['retry-after']) > 0)) faults.push('has no Retry-After')
  return faults
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
