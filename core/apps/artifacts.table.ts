import type { Kysely, Selectable } from 'kysely'
import type { Tables } from '../store/index.ts'

type Db = Kysely<Tables>
type Row = Selectable<Tables['artifacts']>

export async function findArtifactBytes(db: Db, digest: string): Promise<number | null> {
  const row = await db.selectFrom('artifacts').select('bytes').where('digest', '=', digest).executeTakeFirst()
  return row?.bytes ?? null
}

export async function listArtifacts(db: Db): Promise<Row[]> {
  return db.selectFrom('artifacts').selectAll().orderBy('uploaded_at').execute()
}

export async function insertArtifact(db: Db, row: Row): Promise<void> {
  await db
    .insertInto('artifacts')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
