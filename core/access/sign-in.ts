import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { AppError } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { User } from '../contract/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { ALL_SCOPES, CODE_MS, SESSION_ABSOLUTE_MS, type Credentials } from './credentials.ts'
import { verifyPassword } from './password.ts'
import { deleteCredential } from './tokens.table.ts'
import { findUser, updateUser, type UserRow } from './users.table.ts'
import { toUser } from './users.ts'

export interface SignedIn {
  user: User
  /** The new session's random value, for the cookie. */
  session: string
  /** When the session ends whatever happens, ms since the epoch. */
  expiresAt: number
}

/** Where a sign-in comes from: the peer, and the session it replaces, so that an id known before is worth nothing after. */
export interface Origin {
  remote: string
  replaces: string | null
}

const WRONG_PASSWORD = { message: 'the name or the password is wrong', hint: 'Check both; an administrator can set another password.' }
const WRONG_CODE = {
  message: 'the sign-in code is unknown, used or expired',
  hint: 'A code is good once, for ten minutes. A new one comes with every start of "spacefort serve".',
}
const WINDOW_SECONDS = 15 * 60
export const ATTEMPTS_PER_NAME = 10
export const ATTEMPTS_PER_REMOTE = 50

/** Turns a password or a one-time code into a session. Guessing is limited per name and per remote address. */
export class SignIn {
  readonly #store: Store
  readonly #credentials: Credentials
  readonly #clock: Clock
  readonly #byName = new RateLimiterMemory({ keyPrefix: 'name', points: ATTEMPTS_PER_NAME, duration: WINDOW_SECONDS })
  readonly #byRemote = new RateLimiterMemory({ keyPrefix: 'remote', points: ATTEMPTS_PER_REMOTE, duration: WINDOW_SECONDS })

  constructor(options: { store: Store; credentials: Credentials; clock: Clock }) {
    this.#store = options.store
    this.#credentials = options.credentials
    this.#clock = options.clock
  }

  async withPassword(input: { name: string; password: string }, origin: Origin): Promise<SignedIn> {
    await take(this.#byRemote, origin.remote)
    await take(this.#byName, input.name)
    const user = await findUser(this.#store.db, input.name)
    const good = await verifyPassword(input.password, user?.password_hash ?? null)
    if (!user || !good) return this.#refuse(WRONG_PASSWORD, { remote: origin.remote, user: user?.name })
    const signedIn = await this.#credentials.write((tx) => this.#openSession(tx, user, { ...origin, by: 'password' }))
    await this.#byName.delete(input.name)
    await this.#byRemote.reward(origin.remote)
    return signedIn
  }

  async withCode(code: string, origin: Origin): Promise<SignedIn> {
    await take(this.#byRemote, origin.remote)
    const known = await this.#credentials.find('code', code)
    const signedIn = known && (await this.#credentials.write((tx) => this.#useUp(tx, known, origin)))
    if (!signedIn) return this.#refuse(WRONG_CODE, { remote: origin.remote })
    await this.#byRemote.reward(origin.remote)
    return signedIn
  }

  /** A code that signs `user` in once, within ten minutes. */
  async createCode(user: string): Promise<{ code: string; expiresAt: number }> {
    const expiresAt = this.#clock.now() + CODE_MS
    const { value } = await this.#credentials.write(async (tx) => {
      const row = await findUser(tx.db, user)
      if (!row) throw new AppError('NOT_FOUND', `there is no user called "${user}"`)
      return this.#credentials.issue(tx, { kind: 'code', name: 'sign-in', user, role: row.role, scopes: ALL_SCOPES, expiresAt })
    })
    return { code: value, expiresAt }
  }

  async end(sessionId: string): Promise<void> {
    await this.#credentials.write((tx) => deleteCredential(tx.db, sessionId))
  }

  async #useUp(tx: Tx, code: { id: string; user: string }, origin: Origin): Promise<SignedIn | undefined> {
    const user = (await deleteCredential(tx.db, code.id)) ? await findUser(tx.db, code.user) : undefined
    return user && this.#openSession(tx, user, { ...origin, by: 'code' })
  }

  async #openSession(tx: Tx, user: UserRow, origin: Origin & { by: string }): Promise<SignedIn> {
    const now = this.#clock.now()
    const expiresAt = now + SESSION_ABSOLUTE_MS
    if (origin.replaces !== null) await deleteCredential(tx.db, origin.replaces)
    const wanted = { kind: 'session', name: 'session', user: user.name, role: user.role, scopes: ALL_SCOPES, expiresAt } as const
    const { value } = await this.#credentials.issue(tx, wanted)
    await updateUser(tx.db, user.name, { last_seen_at: now })
    tx.emit({ kind: 'user.signed-in', actor: user.name, data: { user: user.name, remote: origin.remote, by: origin.by } })
    return { user: toUser({ ...user, last_seen_at: now }), session: value, expiresAt }
  }

  /** A name that nobody has is not written down: people type passwords into the wrong field. */
  async #refuse(what: { message: string; hint: string }, data: { remote: string; user?: string | undefined }): Promise<never> {
    await this.#store.write(async (tx) =>
      tx.emit({ kind: 'user.sign-in-failed', actor: 'system', data: { ...data, user: data.user ?? null } }),
    )
    throw new AppError('UNAUTHENTICATED', what.message, { details: { hint: what.hint } })
  }
}

async function take(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal
    const retryAfterSeconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    throw new AppError('RATE_LIMITED', 'too many sign-ins failed', {
      details: { hint: `Try again in ${retryAfterSeconds} seconds.`, retryAfterSeconds },
    })
  }
}
