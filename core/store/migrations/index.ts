import type { Migration } from 'kysely/migration'
import * as first from './0001-first.ts'
import * as listOrder from './0002-list-order.ts'

/** All migrations of the main database by name, in order. A name that has been released is never changed. */
export const migrations: Record<string, Migration> = { '0001-first': first, '0002-list-order': listOrder }
