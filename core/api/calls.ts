import type { Access } from '../access/index.ts'
import { AppError } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { CallContext, Principal } from '../base/routing.ts'
import type { OperationMeta } from '../contract/index.ts'
import type { Store, Vault } from '../store/index.ts'
import { limitBody, readJsonObject } from './body.ts'
import { authorise, checkSite, identify, isRead, sessionCookieOf, type Arrival } from './guard.ts'
import { Idempotency, idempotencyKey } from './idempotency.ts'
import { problemResponse } from './problem.ts'
import { Procedures, type ApiRouter, type Operation } from './procedures.ts'
import { RateLimit, type Rate } from './rate-limit.ts'
import type { RawRoute } from './raw-routes.ts'
import { watchBody } from './streams.ts'

export interface CallOptions {
  /** Names this console may be called by, besides localhost. */
  allowedHosts?: readonly string[]
  /** Anyone on this machine may read /metrics without a token. Default: nobody. */
  openMetrics?: boolean
  /** A proxy in front ends TLS, so cookies and headers are those of https. */
  behindTls?: boolean
  /** Longest JSON body; default 2 MiB. */
  jsonBodyBytes?: number
  /** How long an operation that is not a stream may take; default one minute. */
  requestTimeoutMs?: number
  /** Streams one caller may have open at once; default 100. */
  streamsPerCaller?: number
  readRate?: Rate
  writeRate?: Rate
}

interface Parts {
  router: ApiRouter
  access: Access
  store: Store
  vault: Vault
  logger: Logger
  clock: Clock
  config: CallOptions
}

const JSON_BODY_BYTES = 2 * 2 ** 20
const REQUEST_TIMEOUT_MS = 60_000
const STREAMS_PER_CALLER = 100
const OPEN: OperationMeta = { role: null, scope: 'read' }
const LOOPBACK = /^(::1|127\.\d+\.\d+\.\d+|::ffff:127\.\d+\.\d+\.\d+)$/

/** What happens around every call: site, caller, limits, access, idempotency, time. */
export class Calls {
  readonly #access: Access
  readonly #config: CallOptions
  readonly #procedures: Procedures
  readonly #idempotency: Idempotency
  readonly #reads: RateLimit
  readonly #writes: RateLimit
  readonly #openStreams = new Map<string, number>()

  constructor(parts: Parts) {
    this.#access = parts.access
    this.#config = parts.config
    this.#procedures = new Procedures(parts.router, parts.logger)
    this.#idempotency = new Idempotency(parts)
    this.#reads = new RateLimit(parts.config.readRate ?? { perSecond: 100, burst: 300 }, parts.clock)
    this.#writes = new RateLimit(parts.config.writeRate ?? { perSecond: 50, burst: 150 }, parts.clock)
  }

  isSecure(url: string): boolean {
    return this.#config.behindTls === true || url.startsWith('https:')
  }

  /** A page that needs no sign-in. */
  async open(arrival: Arrival, answer: () => Promise<Response>): Promise<Response> {
    await this.#enter(arrival, OPEN)
    return answer()
  }

  async metrics(arrival: Arrival, text: (() => Promise<string>) | undefined): Promise<Response> {
    const isOpen = this.#config.openMetrics === true && LOOPBACK.test(arrival.context.remote)
    await this.#enter(arrival, isOpen ? OPEN : { role: 'viewer', scope: 'read' })
    if (!text) throw new AppError('NOT_FOUND', 'this console offers no metrics')
    return new Response(await text(), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } })
  }

  async raw(arrival: Arrival, route: RawRoute, params: Record<string, string>): Promise<Response> {
    const principal = await this.#enter(arrival, route.meta)
    const { request } = arrival
    if (!principal) throw new AppError('UNAUTHENTICATED', 'sign in first')
    const body = route.maxBodyBytes > 0 ? limitBody(request, route.maxBodyBytes) : null
    const { method, headers, signal } = request
    const limited = body ? new Request(request.url, { method, headers, body, signal, duplex: 'half' }) : request
    return route.handle(limited, { principal, params })
  }

  async operation(arrival: Arrival): Promise<Response> {
    const { request, url, context } = arrival
    const operation = await this.#procedures.find(request.method, url.pathname)
    if ('allowed' in operation) return this.#unknown(arrival, operation.allowed)
    const principal = await this.#enter(arrival, operation.meta)
    const call: CallContext = {
      principal,
      responseHeaders: new Headers(),
      remote: context.remote,
      sessionCookie: this.#cookie(url),
    }
    if (operation.streams) return this.#stream(arrival, call)
    return isRead(request.method) ? this.#inTime(this.#procedures.call(request, call)) : this.#change(arrival, operation, call)
  }

  async #change({ request, url }: Arrival, operation: Operation, call: CallContext): Promise<Response> {
    const key = idempotencyKey(request.headers)
    if (url.search !== '') throw noQuery(url)
    const body = await readJsonObject(request, this.#bodyLimits)
    const headers = new Headers(request.headers)
    // It would make a file of the body, and a file is no input.
    headers.delete('content-disposition')
    // A change goes on when its caller hangs up: the answer is kept for whoever asks again with the same key.
    const signal = AbortSignal.timeout(this.#timeoutMs)
    const run = () =>
      this.#inTime(
        this.#procedures.call(new Request(request.url, { method: request.method, headers, signal, ...(body && { body }) }), call),
      )
    const { principal } = call
    if (key === null || !principal || operation.meta.role === null) return run()
    return this.#idempotency.answer({ key, principal, method: request.method, path: url.pathname + url.search, body }, run)
  }

  async #stream({ request, context }: Arrival, call: CallContext): Promise<Response> {
    const caller = callerOf(call.principal, context.remote)
    const open = this.#openStreams.get(caller) ?? 0
    if (open >= (this.#config.streamsPerCaller ?? STREAMS_PER_CALLER))
      throw new AppError('RATE_LIMITED', `${open} streams are open already`, { details: { hint: 'Close some of them first.' } })
    this.#openStreams.set(caller, open + 1)
    const controller = new AbortController()
    const end = () => {
      if (controller.signal.aborted) return
      controller.abort()
      for (const signal of signals) signal.removeEventListener('abort', end)
      const left = (this.#openStreams.get(caller) ?? 1) - 1
      if (left > 0) this.#openStreams.set(caller, left)
      else this.#openStreams.delete(caller)
    }
    const signals = [request.signal, context.closing].filter((signal) => signal !== undefined)
    for (const signal of signals) signal.addEventListener('abort', end)
    try {
      if (signals.some((signal) => signal.aborted)) throw new AppError('BAD_REQUEST', 'the caller gave up')
      return watchBody(await this.#procedures.call(await this.#streamRequest(request, controller.signal), call), end)
    } catch (thrown) {
      end()
      throw thrown
    }
  }

  /** Some streams need more to start than fits into an address: those are asked for with a POST. */
  async #streamRequest(request: Request, signal: AbortSignal): Promise<Request> {
    const { url, method, headers } = request
    if (isRead(method)) return new Request(url, { headers, signal })
    const body = await readJsonObject(request, this.#bodyLimits)
    return new Request(url, { method, headers, signal, body })
  }

  async #unknown(arrival: Arrival, allowed: readonly string[]): Promise<Response> {
    await this.#enter(arrival, OPEN)
    if (allowed.length === 0)
      throw new AppError('NOT_FOUND', 'there is no such operation', { details: { hint: 'See /docs for all there are.' } })
    return methodNotAllowed(allowed)
  }

  /** Site, caller, rate and access, in this order. The caller, or null where none is needed. */
  async #enter(arrival: Arrival, meta: OperationMeta): Promise<Principal | null> {
    checkSite(arrival, this.#config.allowedHosts ?? [])
    const { request, url, context } = arrival
    const principal = await identify(arrival, this.#access, this.#cookie(url).name)
    const limit = isRead(request.method) ? this.#reads : this.#writes
    if (principal?.via !== 'desktop') limit.take(callerOf(principal, context.remote))
    authorise(meta, principal)
    return principal
  }

  #cookie(url: URL) {
    return sessionCookieOf(url, this.isSecure(url.href))
  }

  get #bodyLimits() {
    return { maxBytes: this.#config.jsonBodyBytes ?? JSON_BODY_BYTES, withinMs: this.#timeoutMs }
  }

  get #timeoutMs(): number {
    return this.#config.requestTimeoutMs ?? REQUEST_TIMEOUT_MS
  }

  async #inTime(answer: Promise<Response>): Promise<Response> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${this.#timeoutMs} ms`)), this.#timeoutMs)
    })
    try {
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The answer to a method that a path does not have. */
export function methodNotAllowed(allowed: readonly string[]): Response {
  const allow = allowed.join(', ')
  return problemResponse(new AppError('METHOD_NOT_ALLOWED', `use ${allow} here`), { allow })
}

function noQuery(url: URL): AppError {
  const [first = '?'] = url.searchParams.keys()
  const message = 'a change takes no query; send its fields in a JSON body'
  return new AppError('BAD_REQUEST', 'a change takes no query', { details: { issues: [{ field: first.slice(0, 100) || '?', message }] } })
}

const callerOf = (principal: Principal | null, remote: string) =>
  principal ? `${principal.via}:${principal.tokenId ?? principal.user}` : `remote:${remote}`
