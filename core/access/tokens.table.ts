import type { Kysely, Selectable } from 'kysely'
import type { Role, Scope } from '../contract/index.ts'
import type { Tables } from '../store/index.ts'

type Db = Kysely<Tables>
export type CredentialKind = 'session' | 'token' | 'code'

/** A row of `tokens`: what a random value that somebody holds is good for. Only the SHA-256 of the value is kept. */
export interface Credential {
  id: string
  kind: CredentialKind
  name: string
  user: string
  role: Role
  scopes: readonly Scope[]
  hash: string
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
}

/** A credential together with the role its owner has now. */
export interface OwnedCredential extends Credential {
  ownerRole: Role
}

function toCredential(row: Selectable<Tables['tokens']>): Credential {
  return {
    id: row.id,
    kind: row.kind as CredentialKind,
    name: row.name,
    user: row.user,
    role: row.role as Role,
    scopes: JSON.parse(row.scopes_json) as Scope[],
    hash: row.hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }
}

export async function insertCredential(db: Db, credential: Credential): Promise<void> {
  await db
    .insertInto('tokens')
    .values({
      id: credential.id,
      kind: credential.kind,
      name: credential.name,
      user: credential.user,
      role: credential.role,
      scopes_json: JSON.stringify(credential.scopes),
      hash: credential.hash,
      created_at: credential.createdAt,
      expires_at: credential.expiresAt,
      last_used_at: credential.lastUsedAt,
    })
    .execute()
}

export async function findByHash(db: Db, hash: string): Promise<OwnedCredential | undefined> {
  const row = await db
    .selectFrom('tokens')
    .innerJoin('users', 'users.name', 'tokens.user')
    .selectAll('tokens')
    .select('users.role as owner_role')
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row && { ...toCredential(row), ownerRole: row.owner_role as Role }
}

export async function findById(db: Db, id: string): Promise<Credential | undefined> {
  const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toCredential(row)
}

export async function findTokenByName(db: Db, name: string): Promise<Credential | undefined> {
  const row = await db.selectFrom('tokens').selectAll().where('kind', '=', 'token').where('name', '=', name).executeTakeFirst()
  return row && toCredential(row)
}

/** Tokens of one user, or of all. */
export async function loadTokens(db: Db, user: string | undefined): Promise<Credential[]> {
  let query = db.selectFrom('tokens').selectAll().where('kind', '=', 'token').orderBy('created_at')
  if (user !== undefined) query = query.where('user', '=', user)
  return (await query.execute()).map(toCredential)
}

/** Whether there was one: of two callers who use up the same single-use code, one gets `true`. */
export async function deleteCredential(db: Db, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('tokens').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0
}

/** Ends all sessions and unused sign-in codes of a user. */
export async function deleteSessionsOf(db: Db, user: string): Promise<void> {
  await db.deleteFrom('tokens').where('user', '=', user).where('kind', 'in', ['session', 'code']).execute()
}

/** Forgets sessions and codes that can no longer be used; expired tokens stay in the list until they are revoked. */
export async function deleteExpired(db: Db, now: number, idleSince: number): Promise<void> {
  await db
    .deleteFrom('tokens')
    .where('kind', 'in', ['session', 'code'])
    .where((eb) => eb.or([eb('expires_at', '<=', now), eb.and([eb('kind', '=', 'session'), eb('last_used_at', '<=', idleSince)])]))
    .execute()
}

export async function noteUse(db: Db, credential: { id: string; user: string }, at: number): Promise<void> {
  await db.updateTable('tokens').set({ last_used_at: at }).where('id', '=', credential.id).execute()
  await db.updateTable('users').set({ last_seen_at: at }).where('name', '=', credential.user).execute()
}
