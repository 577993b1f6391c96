import type { Kysely } from 'kysely'
import type { Tables } from '../store/index.ts'

type Db = Kysely<Tables>

/** A request that came with an Idempotency-Key; without status it has begun and nobody knows how it ended. Texts are sealed. */
export interface KeptRequest {
  principal: string
  key: string
  requestHash: string
  status: number | null
  body: string | null
  createdAt: number
}

type Id = Pick<KeptRequest, 'principal' | 'key'>

export async function findKept(db: Db, id: Id): Promise<KeptRequest | undefined> {
  const row = await db
    .selectFrom('idempotency')
    .selectAll()
    .where('principal', '=', id.principal)
    .where('key', '=', id.key)
    .executeTakeFirst()
  return row && { ...id, requestHash: row.request_hash, status: row.status, body: row.body, createdAt: row.created_at }
}

export async function saveKept(db: Db, kept: KeptRequest): Promise<void> {
  const values = { request_hash: kept.requestHash, status: kept.status, body: kept.body, created_at: kept.createdAt }
  await db
    .insertInto('idempotency')
    .values({ principal: kept.principal, key: kept.key, ...values })
    .onConflict((conflict) => conflict.columns(['principal', 'key']).doUpdateSet(values))
    .execute()
}

export async function deleteKept(db: Db, id: Id): Promise<void> {
  await db.deleteFrom('idempotency').where('principal', '=', id.principal).where('key', '=', id.key).execute()
}

export async function deleteKeptBefore(db: Db, at: number): Promise<void> {
  await db.deleteFrom('idempotency').where('created_at', '<', at).execute()
}
