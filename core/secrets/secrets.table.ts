import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../store/index.ts'

type Db = Kysely<Tables>
type Row = Selectable<Tables['secrets']>

export async function listSecrets(db: Db): Promise<Omit<Row, 'sealed'>[]> {
  return db.selectFrom('secrets').select(['name', 'version', 'updated_at', 'updated_by']).orderBy('name').execute()
}

/** Keeps a value; a name that is there already gets the next version. Returns the version. */
export async function upsertSecret(db: Db, secret: Omit<Row, 'version'>): Promise<number> {
  const { version } = await db
    .insertInto('secrets')
    .values({ ...secret, version: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((eb) => ({
        sealed: secret.sealed,
        updated_at: secret.updated_at,
        updated_by: secret.updated_by,
        version: eb('secrets.version', '+', 1),
      })),
    )
    .returning('version')
    .executeTakeFirstOrThrow()
  return version
}

/** Returns whether there was one. */
export async function deleteSecret(db: Db, name: string): Promise<boolean> {
  const { numDeletedRows } = await db.deleteFrom('secrets').where('name', '=', name).executeTakeFirstOrThrow()
  return numDeletedRows > 0n
}

export async function knownSecrets(db: Db, names: readonly string[]): Promise<Set<string>> {
  const rows = await db.selectFrom('secrets').select('name').where('name', 'in', names).execute()
  return new Set(rows.map((row) => row.name))
}

export async function findSealed(db: Db, name: string): Promise<Uint8Array | undefined> {
  return (await db.selectFrom('secrets').select('sealed').where('name', '=', name).executeTakeFirst())?.sealed
}
