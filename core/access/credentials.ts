import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import { randomText } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import type { Principal } from '../base/routing.ts'
import { Role, Scope } from '../contract/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { deleteExpired, findByHash, insertCredential, noteUse, type Credential, type OwnedCredential } from './tokens.table.ts'

const MINUTE = 60_000
export const SESSION_IDLE_MS = 12 * 60 * MINUTE
export const SESSION_ABSOLUTE_MS = 7 * 24 * 60 * MINUTE
export const CODE_MS = 10 * MINUTE
const NOTE_USE_MS = MINUTE
const CACHED_MAX = 2000

export const ALL_SCOPES: readonly Scope[] = Scope.options

export function includesRole(role: Role, needed: Role): boolean {
  return Role.options.indexOf(role) >= Role.options.indexOf(needed)
}

const lesserRole = (one: Role, other: Role) => (includesRole(one, other) ? other : one)

const hashOf = (value: string) => createHash('sha256').update(value).digest('hex')

export interface Issued {
  /** The random value itself; told once, never kept. */
  value: string
  credential: Credential
}

type Wanted = Pick<Credential, 'kind' | 'name' | 'user' | 'role' | 'scopes' | 'expiresAt'>

/** Makes sessions, tokens and codes, and tells from a value that somebody shows who they are. */
export class Credentials {
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  /** Every request asks for its credential, so known ones are kept until anything about users or credentials changes. */
  readonly #known = new Map<string, OwnedCredential>()
  #version = 0

  constructor(options: { store: Store; clock: Clock; logger: Logger }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#logger = options.logger
  }

  /** Writes a change of users or credentials; what was known before it is looked up anew. */
  async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    try {
      return await this.#store.write(work)
    } finally {
      this.#version += 1
      this.#known.clear()
    }
  }

  /** Adds a credential with a new random value of 256 bits. */
  async issue(tx: Tx, wanted: Wanted): Promise<Issued> {
    const now = this.#clock.now()
    await deleteExpired(tx.db, now, now - SESSION_IDLE_MS)
    const value = `sf_${randomBytes(32).toString('base64url')}`
    const credential = {
      ...wanted,
      id: randomText(20),
      hash: hashOf(value),
      createdAt: now,
      lastUsedAt: wanted.kind === 'session' ? now : null,
    }
    await insertCredential(tx.db, credential)
    return { value, credential }
  }

  /** The credential a value stands for, if it is of that kind and still good. */
  async find(kind: Credential['kind'], value: string): Promise<OwnedCredential | undefined> {
    const hash = hashOf(value)
    const credential = this.#known.get(hash) ?? (await this.#load(hash))
    return credential?.kind === kind && this.#isGood(credential) ? credential : undefined
  }

  /** Who shows this session or token; null when it is unknown, ended or expired. Counts as use. */
  async authenticate(kind: 'session' | 'token', value: string): Promise<Principal | null> {
    const credential = await this.find(kind, value)
    if (!credential) return null
    this.#noteUse(credential)
    const role = kind === 'session' ? credential.ownerRole : lesserRole(credential.role, credential.ownerRole)
    const actor = kind === 'session' ? credential.user : `token:${credential.name}`
    return { actor, user: credential.user, role, scopes: credential.scopes, via: kind, tokenId: credential.id }
  }

  async #load(hash: string): Promise<OwnedCredential | undefined> {
    const version = this.#version
    const credential = await findByHash(this.#store.db, hash)
    // A change that was committed while this was read must not be hidden by what was read before it.
    if (!credential || version !== this.#version) return credential
    if (this.#known.size >= CACHED_MAX) this.#known.clear()
    this.#known.set(hash, credential)
    return credential
  }

  #isGood(credential: Credential): boolean {
    const now = this.#clock.now()
    if (credential.expiresAt !== null && credential.expiresAt <= now) return false
    return credential.kind !== 'session' || now - (credential.lastUsedAt ?? 0) < SESSION_IDLE_MS
  }

  #noteUse(credential: Credential): void {
    const now = this.#clock.now()
    if (now - (credential.lastUsedAt ?? 0) < NOTE_USE_MS) return
    credential.lastUsedAt = now
    this.#store
      .write((tx) => noteUse(tx.db, credential, now))
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'the last use of a token could not be noted'))
  }
}
