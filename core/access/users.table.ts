import type { Kysely, Selectable } from 'kysely'
import type { Role } from '../contract/index.ts'
import type { Tables } from '../store/index.ts'

type Db = Kysely<Tables>
export type UserRow = Selectable<Tables['users']> & { role: Role }

export async function findUser(db: Db, name: string): Promise<UserRow | undefined> {
  return (await db.selectFrom('users').selectAll().where('name', '=', name).executeTakeFirst()) as UserRow | undefined
}

export async function loadUsers(db: Db): Promise<UserRow[]> {
  return (await db.selectFrom('users').selectAll().orderBy('name').execute()) as UserRow[]
}

export async function insertUser(db: Db, row: UserRow): Promise<void> {
  await db.insertInto('users').values(row).execute()
}

export async function updateUser(db: Db, name: string, change: Partial<Omit<UserRow, 'name'>>): Promise<void> {
  await db.updateTable('users').set(change).where('name', '=', name).execute()
}

export async function deleteUser(db: Db, name: string): Promise<void> {
  await db.deleteFrom('users').where('name', '=', name).execute()
}

export async function administratorsBesides(db: Db, name: string): Promise<number> {
  const { count } = await db
    .selectFrom('users')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('role', '=', 'administrator')
    .where('name', '!=', name)
    .executeTakeFirstOrThrow()
  return count
}
