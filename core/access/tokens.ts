import { AppError, notFound } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { Principal } from '../base/routing.ts'
import type { Role, Scope, Token } from '../contract/index.ts'
import type { Store, Tx } from '../store/index.ts'
import { ALL_SCOPES, includesRole, type Credentials, type Issued } from './credentials.ts'
import { deleteCredential, findById, findTokenByName, loadTokens, type Credential } from './tokens.table.ts'
import { findUser } from './users.table.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export interface MintedToken extends Token {
  /** Shown once; only its hash is kept. */
  value: string
}

interface NewToken {
  name: string
  role: Role
  scopes: readonly Scope[]
  expiresInDays: number | null
}

function toToken(credential: Credential): Token {
  const { id, name, user, role, scopes, createdAt, expiresAt, lastUsedAt } = credential
  return { id, name, user, role, scopes: [...scopes], createdAt, expiresAt, lastUsedAt }
}

const minted = ({ value, credential }: Issued): MintedToken => ({ ...toToken(credential), value })

/** Long-lived credentials of programs. A name is used once in an installation, because the event log names tokens by it. */
export class Tokens {
  readonly #store: Store
  readonly #credentials: Credentials
  readonly #clock: Clock

  constructor(options: { store: Store; credentials: Credentials; clock: Clock }) {
    this.#store = options.store
    this.#credentials = options.credentials
    this.#clock = options.clock
  }

  /** Own tokens; an administrator sees everybody's. */
  async list(principal: Principal): Promise<Token[]> {
    return (await loadTokens(this.#store.db, principal.role === 'administrator' ? undefined : principal.user)).map(toToken)
  }

  /** A token never may more than who creates it, now or later. */
  async create(input: NewToken, principal: Principal): Promise<MintedToken> {
    if (!includesRole(principal.role, input.role))
      throw new AppError('FORBIDDEN', `you are ${principal.role}, so you cannot create a token with the role ${input.role}`)
    const excess = input.scopes.filter((scope) => !principal.scopes.includes(scope))
    if (excess.length > 0) throw new AppError('FORBIDDEN', `you lack the scope ${excess.join(', ')}, so you cannot give it to a token`)
    return this.#credentials.write(async (tx) => {
      await this.#keepWithin(tx, input.expiresInDays, principal)
      if (await findTokenByName(tx.db, input.name)) throw new AppError('ALREADY_EXISTS', `there is already a token called "${input.name}"`)
      return this.#issue(tx, { ...input, user: principal.user }, principal.actor)
    })
  }

  /** A token the console makes for itself and its scripts. One of the same name is replaced. */
  async mint(input: { name: string; user: string; role: Role; expiresInDays: number | null }): Promise<MintedToken> {
    return this.#credentials.write(async (tx) => {
      const known = await findTokenByName(tx.db, input.name)
      if (known) await deleteCredential(tx.db, known.id)
      return this.#issue(tx, { ...input, scopes: ALL_SCOPES }, 'system')
    })
  }

  async revoke(id: string, principal: Principal): Promise<void> {
    await this.#credentials.write(async (tx) => {
      const token = await findById(tx.db, id)
      const mayRevoke = token?.kind === 'token' && (token.user === principal.user || principal.role === 'administrator')
      if (!mayRevoke) throw notFound('token', id)
      await deleteCredential(tx.db, id)
      tx.emit({ kind: 'token.revoked', actor: principal.actor, data: { token: token.name, user: token.user } })
    })
  }

  /** Whoever got hold of a token for a day must not make one for ever out of it. */
  async #keepWithin(tx: Tx, expiresInDays: number | null, { via, tokenId }: Principal): Promise<void> {
    const maker = via === 'token' && tokenId !== null ? await findById(tx.db, tokenId) : undefined
    const end = maker?.expiresAt ?? null
    if (end === null || (expiresInDays !== null && this.#clock.now() + expiresInDays * DAY_MS <= end)) return
    throw new AppError('FORBIDDEN', `your token ends on ${new Date(end).toISOString()}, so it cannot create one that lasts longer`, {
      details: { hint: 'Give "expiresInDays" a smaller number, or sign in with your password to create it.' },
    })
  }

  async #issue(tx: Tx, input: NewToken & { user: string }, actor: string): Promise<MintedToken> {
    const { name, user, role, scopes } = input
    if (!(await findUser(tx.db, user))) throw notFound('user', user)
    const expiresAt = input.expiresInDays === null ? null : this.#clock.now() + input.expiresInDays * DAY_MS
    const issued = await this.#credentials.issue(tx, { kind: 'token', name, user, role, scopes, expiresAt })
    tx.emit({ kind: 'token.created', actor, data: { token: name, user, role, scopes, expiresAt } })
    return minted(issued)
  }
}
