import { z } from 'zod'
import { AppError, notFound } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { Secret } from '../contract/index.ts'
import type { Store, Vault } from '../store/index.ts'

interface Dependencies {
  store: Store
  vault: Vault
  clock: Clock
}

type Shown = z.output<typeof Secret>

/** Named values that instances get as environment variables. They can be set and used, never read back. */
export class Secrets {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async list(): Promise<{ items: Shown[] }> {
    const rows = await this.#deps.store.db.selectFrom('secrets').select(['name', 'version', 'updated_at', 'updated_by']).orderBy('name').execute()
    const uses = await this.#uses()
    return {
      items: rows.map((row) => ({
        name: row.name,
        version: row.version,
        updatedAt: row.updated_at,
        updatedBy: row.updated_by,
        usedBy: uses.get(row.name) ?? [],
      })),
    }
  }

  async set(name: string, value: string, actor: string): Promise<Shown> {
    const sealed = this.#deps.vault.seal(`secret:${name}`, value)
    const now = this.#deps.clock.now()
    await this.#deps.store.write(async (tx) => {
      await tx.db
        .insertInto('secrets')
        .values({ name, version: 1, sealed, updated_at: now, updated_by: actor })
        .onConflict((conflict) =>
          conflict.column('name').doUpdateSet((eb) => ({ sealed, version: eb('secrets.version', '+', 1), updated_at: now, updated_by: actor })),
        )
        .execute()
      const { version } = await tx.db.selectFrom('secrets').select('version').where('name', '=', name).executeTakeFirstOrThrow()
      tx.emit({ kind: 'secret.set', actor, data: { name, version } })
    })
    const shown = (await this.list()).items.find((secret) => secret.name === name)
    if (!shown) throw notFound('secret', name)
    return shown
  }

  async remove(name: string, actor: string): Promise<void> {
    const usedBy = (await this.#uses()).get(name) ?? []
    if (usedBy.length > 0)
      throw new AppError('CONFLICT', `the secret "${name}" is used by ${usedBy.join(', ')}`, { details: { hint: 'Change or remove those apps first.' } })
    await this.#deps.store.write(async (tx) => {
      const { numDeletedRows } = await tx.db.deleteFrom('secrets').where('name', '=', name).executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) throw notFound('secret', name)
      tx.emit({ kind: 'secret.removed', actor, data: { name } })
    })
  }

  async missing(names: readonly string[]): Promise<string[]> {
    if (names.length === 0) return []
    const rows = await this.#deps.store.db.selectFrom('secrets').select('name').where('name', 'in', names).execute()
    const known = new Set(rows.map((row) => row.name))
    return names.filter((name) => !known.has(name))
  }

  /** The value, for the environment of an instance that is about to start. */
  async reveal(name: string): Promise<string> {
    const row = await this.#deps.store.db.selectFrom('secrets').select('sealed').where('name', '=', name).executeTakeFirst()
    if (!row) throw notFound('secret', name)
    return this.#deps.vault.open(`secret:${name}`, row.sealed)
  }

  async #uses(): Promise<Map<string, string[]>> {
    const rows = await this.#deps.store.db
      .selectFrom('apps')
      .innerJoin('revisions', (join) => join.onRef('revisions.app', '=', 'apps.name').onRef('revisions.revision', '=', 'apps.revision'))
      .select(['apps.name', 'revisions.spec_json'])
      .execute()
    const uses = new Map<string, string[]>()
    for (const row of rows) {
      const { secrets } = JSON.parse(row.spec_json) as { secrets: Record<string, string> }
      for (const secret of new Set(Object.values(secrets))) uses.set(secret, [...(uses.get(secret) ?? []), row.name])
    }
    return uses
  }
}
