import type { Broken } from './rules.ts'
import type { Planned } from './requests.ts'
import type { WireAnswer, WireRequest } from './send.ts'

interface Failure extends Broken {
  /** How often the same rule was broken by the same operation in the same way. */
  times: number
  /** Number of the first request that broke it. */
  index: number
  operation: string
  caller: string
  aspect: string
  request: { method: string; target: string; headers: Record<string, string>; body: string | null }
  answer: { status: number; body: string }
}

const MAX_BODY = 4000

/** Collects what was sent, what came back, and what was wrong with it. */
export class FuzzReport {
  readonly failures = new Map<string, Failure>()
  readonly statuses: Record<string, number> = {}
  readonly #operations = new Map<string, Map<number, number>>()
  readonly #aspects: Record<string, number> = {}
  readonly #roles: Record<string, number> = {}
  requests = 0
  slowestMs = 0
  slowest = ''

  note({ operation, caller, aspect, request }: Planned, answer: WireAnswer): void {
    this.requests += 1
    count(this.statuses, String(answer.status))
    count(this.#aspects, aspect)
    count(this.#roles, caller.role ?? 'none')
    const statuses = this.#operations.get(operation.id) ?? new Map<number, number>()
    this.#operations.set(operation.id, statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1))
    if (answer.durationMs <= this.slowestMs || answer.headers['content-type']?.includes('text/event-stream')) return
    this.slowestMs = answer.durationMs
    this.slowest = `${request.method} ${request.target.slice(0, 100)}`
  }

  /** Keeps the first of each kind; true when this one is new. */
  fail(planned: Planned, answer: WireAnswer, broken: Broken): boolean {
    const key = `${planned.operation.id} ${broken.rule} ${answer.status} ${broken.detail.slice(0, 40)}`
    const known = this.failures.get(key)
    if (known) {
      known.times += 1
      return false
    }
    this.failures.set(key, {
      ...broken,
      times: 1,
      index: this.requests,
      operation: planned.operation.id,
      caller: planned.caller.name,
      aspect: planned.aspect,
      request: shown(planned.request),
      answer: { status: answer.status, body: answer.body.slice(0, 600) },
    })
    return true
  }

  /** The smallest request found that still breaks the same rule. */
  shrunk(broken: Broken, request: WireRequest): void {
    for (const failure of this.failures.values())
      if (failure.rule === broken.rule && failure.index === this.requests) failure.request = shown(request)
  }

  /** Something is wrong with the console as a whole. */
  failWhole(rule: string, detail: string): void {
    const none = { method: '', target: '', headers: {}, body: null }
    const failure = { rule, detail, times: 1, index: this.requests, operation: '', caller: '', aspect: '', request: none }
    this.failures.set(`${rule} ${detail.slice(0, 40)}`, { ...failure, answer: { status: 0, body: '' } })
  }

  summary(): Record<string, unknown> {
    const unanswered = [...this.#operations].filter(([, statuses]) => ![...statuses.keys()].some((status) => status > 0 && status < 400))
    return {
      requests: this.requests,
      operations: this.#operations.size,
      neverSucceeded: unanswered.map(([id]) => id),
      statuses: this.statuses,
      aspects: this.#aspects,
      roles: this.#roles,
      slowest: { ms: this.slowestMs, request: this.slowest },
      failures: [...this.failures.values()],
    }
  }
}

function count(counts: Record<string, number>, key: string): void {
  counts[key] = (counts[key] ?? 0) + 1
}

/** The request without its credential, which is worth nothing in another run. */
function shown({ method, target, headers, body }: WireRequest): Failure['request'] {
  const text = body === null ? null : typeof body === 'string' ? body : `base64:${Buffer.from(body).toString('base64')}`
  const open = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, name === 'authorization' ? value.slice(0, 12) : value]),
  )
  return { method, target: target.slice(0, MAX_BODY), headers: open, body: text?.slice(0, MAX_BODY) ?? null }
}
