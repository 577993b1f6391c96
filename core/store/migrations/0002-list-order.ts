import { sql, type Kysely } from 'kysely'

/** Instances are listed oldest first; without this order at hand every page would sort all of them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`CREATE INDEX instances_created ON instances (created_at, id)`.execute(db)
}
