import { createHash } from 'node:crypto'
import { AppError } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { Principal } from '../base/routing.ts'
import type { Store, Vault } from '../store/index.ts'
import { deleteKept, deleteKeptBefore, findKept, saveKept, type KeptRequest } from './idempotency.table.ts'

const KEPT_MS = 24 * 60 * 60 * 1000
const SWEEP_MS = 10 * 60 * 1000

/** One keyed request: who sent it, under which key, and what it asks for. */
export interface KeyedRequest {
  key: string
  principal: Principal
  method: string
  /** Path and query. */
  path: string
  body: string
}

/** The key of a request, null when it has none. Refuses one that cannot be kept. */
export function idempotencyKey(headers: Headers): string | null {
  const key = headers.get('idempotency-key')
  if (key === null || /^[\x21-\x7e]{1,255}$/.test(key)) return key
  const message = 'use 1 to 255 visible ASCII characters'
  throw new AppError('BAD_REQUEST', `Idempotency-Key: ${message}`, { details: { issues: [{ field: 'Idempotency-Key', message }] } })
}

/**
 * Makes a repeated request harmless: the same key from the same caller gets the first answer again, for 24 hours, across
 * restarts. Answers are sealed, since some hold a secret, and so are the hashes of requests, since a secret could be guessed from one.
 */
export class Idempotency {
  readonly #store: Store
  readonly #vault: Vault
  readonly #clock: Clock
  readonly #running = new Map<string, Promise<unknown>>()
  #sweptAt = 0

  constructor(options: { store: Store; vault: Vault; clock: Clock }) {
    this.#store = options.store
    this.#vault = options.vault
    this.#clock = options.clock
  }

  /** Answers `request` with what is kept for its key, and otherwise with what `run` answers, which is then kept. */
  async answer(request: KeyedRequest, run: () => Promise<Response>): Promise<Response> {
    const id = { principal: ownerOf(request.principal), key: request.key }
    const place = `idempotency:${id.principal}:${id.key}`
    while (this.#running.has(place)) await this.#running.get(place)
    const work = this.#answerAlone({ ...id, requestHash: hashOf(request) }, request.method, run)
    const settled = work.then(
      () => undefined,
      () => undefined,
    )
    this.#running.set(place, settled)
    try {
      return await work
    } finally {
      this.#running.delete(place)
    }
  }

  async #answerAlone(
    id: Pick<KeptRequest, 'principal' | 'key' | 'requestHash'>,
    method: string,
    run: () => Promise<Response>,
  ): Promise<Response> {
    const place = `idempotency:${id.principal}:${id.key}`
    const kept = await findKept(this.#store.db, id)
    if (kept && kept.createdAt > this.#clock.now() - KEPT_MS) {
      if (this.#open(place, kept.requestHash) !== id.requestHash) throw otherRequest()
      if (kept.status !== null) return replay(kept.status, this.#open(place, kept.body ?? ''))
      // The core was stopped in the middle. PUT and DELETE say what must be true afterwards, so doing them again is safe.
      if (method !== 'PUT' && method !== 'DELETE') throw unknownOutcome()
    }
    const begun = { ...id, requestHash: this.#seal(place, id.requestHash), status: null, body: null, createdAt: this.#clock.now() }
    const sweep = begun.createdAt - this.#sweptAt > SWEEP_MS
    if (sweep) this.#sweptAt = begun.createdAt
    await this.#store.write(async ({ db }) => {
      if (sweep) await deleteKeptBefore(db, begun.createdAt - KEPT_MS)
      await saveKept(db, begun)
    })
    const response = await run()
    if (response.status >= 500) {
      await this.#store.write(({ db }) => deleteKept(db, id))
      return response
    }
    const body = await response.text()
    await this.#store.write(({ db }) => saveKept(db, { ...begun, status: response.status, body: this.#seal(place, body) }))
    return new Response(body, response)
  }

  #seal(place: string, text: string): string {
    return Buffer.from(this.#vault.seal(place, text)).toString('base64')
  }

  #open(place: string, sealed: string): string {
    return this.#vault.open(place, Buffer.from(sealed, 'base64'))
  }
}

const ownerOf = (principal: Principal) => (principal.via === 'token' ? `token:${principal.tokenId ?? ''}` : `user:${principal.user}`)

function hashOf(request: KeyedRequest): string {
  return createHash('sha256')
    .update(JSON.stringify([request.method, request.path, request.body]))
    .digest('hex')
}

function replay(status: number, body: string): Response {
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  return new Response(body, { status, headers: { 'content-type': type, 'idempotency-replayed': 'true' } })
}

function otherRequest(): AppError {
  return new AppError('UNPROCESSABLE', 'this Idempotency-Key was used for another request', {
    details: {
      hint: 'Use a new key for every new request.',
      issues: [{ field: 'Idempotency-Key', message: 'was used for another request; use a new one' }],
    },
  })
}

function unknownOutcome(): AppError {
  return new AppError('CONFLICT', 'the console was stopped while it worked on this request, and does not know whether it took effect', {
    details: { hint: 'Look whether it did; if not, repeat it with a new Idempotency-Key.' },
  })
}
