import type { z } from 'zod'
import { AppError, notFound } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import type { Secret } from '../contract/index.ts'
import type { Store, Vault } from '../store/index.ts'
import * as table from './secrets.table.ts'

interface Dependencies {
  store: Store
  vault: Vault
  clock: Clock
  /** Which apps use which secret, by the secret's name. */
  usedBy(): Promise<ReadonlyMap<string, string[]>>
}

type Shown = z.output<typeof Secret>

/** Named values that instances get as environment variables. They can be set and used, never read back. */
export class Secrets {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async list(): Promise<{ items: Shown[] }> {
    const rows = await table.listSecrets(this.#deps.store.db)
    const uses = await this.#deps.usedBy()
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
    const row = { name, sealed: this.#deps.vault.seal(`secret:${name}`, value), updated_at: this.#deps.clock.now(), updated_by: actor }
    const version = await this.#deps.store.write(async (tx) => {
      const version = await table.upsertSecret(tx.db, row)
      tx.emit({ kind: 'secret.set', actor, data: { name, version } })
      return version
    })
    return { name, version, updatedAt: row.updated_at, updatedBy: actor, usedBy: (await this.#deps.usedBy()).get(name) ?? [] }
  }

  async remove(name: string, actor: string): Promise<void> {
    const usedBy = (await this.#deps.usedBy()).get(name) ?? []
    if (usedBy.length > 0)
      throw new AppError('CONFLICT', `the secret "${name}" is used by ${usedBy.join(', ')}`, {
        details: { hint: 'Change or remove those apps first.' },
      })
    await this.#deps.store.write(async (tx) => {
      if (!(await table.deleteSecret(tx.db, name))) throw notFound('secret', name)
      tx.emit({ kind: 'secret.removed', actor, data: { name } })
    })
  }

  /** Names among `names` for which there is no secret. */
  async missing(names: readonly string[]): Promise<string[]> {
    if (names.length === 0) return []
    const known = await table.knownSecrets(this.#deps.store.db, names)
    return names.filter((name) => !known.has(name))
  }

  /** The value, for the environment of an instance that is about to start. */
  async reveal(name: string): Promise<string> {
    const sealed = await table.findSealed(this.#deps.store.db, name)
    if (!sealed) throw notFound('secret', name)
    return this.#deps.vault.open(`secret:${name}`, sealed)
  }
}
