import { AppError, notFound } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { Role, User } from '../contract/index.ts'
import type { Store, Tx } from '../store/index.ts'
import type { Credentials } from './credentials.ts'
import { hashPassword } from './password.ts'
import { deleteSessionsOf } from './tokens.table.ts'
import { administratorsBesides, deleteUser, findUser, insertUser, loadUsers, updateUser, type UserRow } from './users.table.ts'

export function toUser(row: UserRow): User {
  return { name: row.name, role: row.role, createdAt: row.created_at, lastSeenAt: row.last_seen_at }
}

/** People who may sign in. There is always at least one administrator. */
export class Users {
  readonly #store: Store
  readonly #credentials: Credentials
  readonly #clock: Clock

  constructor(options: { store: Store; credentials: Credentials; clock: Clock }) {
    this.#store = options.store
    this.#credentials = options.credentials
    this.#clock = options.clock
  }

  async list(): Promise<User[]> {
    return (await loadUsers(this.#store.db)).map(toUser)
  }

  /** Name of an administrator, "admin" if there is one of that name. On the first start "admin" is made, without a password. */
  async ensureAdministrator(): Promise<string> {
    const administrators = (await loadUsers(this.#store.db)).filter((user) => user.role === 'administrator').map((user) => user.name)
    if (administrators.includes('admin')) return 'admin'
    const [first] = administrators
    if (first !== undefined) return first
    const row: UserRow = { name: 'admin', role: 'administrator', password_hash: null, created_at: this.#clock.now(), last_seen_at: null }
    await this.#credentials.write((tx) => this.#insert(tx, row, 'system'))
    return row.name
  }

  async add(input: { name: string; role: Role; password: string }, actor: string): Promise<User> {
    const password_hash = await hashPassword(input.password)
    const row: UserRow = { name: input.name, role: input.role, password_hash, created_at: this.#clock.now(), last_seen_at: null }
    return this.#credentials.write(async (tx) => {
      if (await findUser(tx.db, row.name)) throw new AppError('ALREADY_EXISTS', `there is already a user called "${row.name}"`)
      await this.#insert(tx, row, actor)
      return toUser(row)
    })
  }

  /** A new password ends all sessions of the user. */
  async update(name: string, change: { role?: Role | undefined; password?: string | undefined }, actor: string): Promise<User> {
    const password_hash = change.password === undefined ? undefined : await hashPassword(change.password)
    return this.#credentials.write(async (tx) => {
      const user = await this.#require(tx, name)
      const role = change.role ?? user.role
      if (role !== 'administrator') await this.#keepAnAdministrator(tx, user)
      await updateUser(tx.db, name, { role, ...(password_hash === undefined ? {} : { password_hash }) })
      if (password_hash !== undefined) await deleteSessionsOf(tx.db, name)
      tx.emit({ kind: 'user.changed', actor, data: { user: name, role, passwordChanged: password_hash !== undefined } })
      return toUser({ ...user, role })
    })
  }

  async remove(name: string, actor: string): Promise<void> {
    await this.#credentials.write(async (tx) => {
      await this.#keepAnAdministrator(tx, await this.#require(tx, name))
      await deleteUser(tx.db, name)
      tx.emit({ kind: 'user.removed', actor, data: { user: name } })
    })
  }

  async #insert(tx: Tx, row: UserRow, actor: string): Promise<void> {
    await insertUser(tx.db, row)
    tx.emit({ kind: 'user.added', actor, data: { user: row.name, role: row.role } })
  }

  async #require(tx: Tx, name: string): Promise<UserRow> {
    const user = await findUser(tx.db, name)
    if (!user) throw notFound('user', name)
    return user
  }

  async #keepAnAdministrator(tx: Tx, user: UserRow): Promise<void> {
    if (user.role !== 'administrator' || (await administratorsBesides(tx.db, user.name)) > 0) return
    throw new AppError('CONFLICT', `"${user.name}" is the last administrator`, {
      details: { hint: 'Make somebody else an administrator first.' },
    })
  }
}
