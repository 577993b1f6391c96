import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, unprocessable } from '../base/app-error.ts'
import type { Clock } from '../base/clock.ts'
import { randomText } from '../base/ids.ts'
import type { Store } from '../store/index.ts'
import { ArtifactCheck } from './artifact-check.ts'
import { findArtifactBytes, insertArtifact, listArtifacts } from './artifacts.table.ts'

interface Dependencies {
  store: Store
  clock: Clock
  /** Folder that holds the artifacts, each under the hex of its digest. */
  dir: string
  maxBytes: number
}

const DIGEST = /^sha256:([0-9a-f]{64})$/

/** Uploaded tars, kept by content. What is there is complete and has the digest it is called by. */
export class Artifacts {
  readonly #deps: Dependencies

  constructor(deps: Dependencies) {
    this.#deps = deps
  }

  async size(digest: string): Promise<number | null> {
    return findArtifactBytes(this.#deps.store.db, digest)
  }

  async has(digest: string): Promise<boolean> {
    return (await this.size(digest)) !== null
  }

  /** The artifact as an engine takes it; null when it was never uploaded. */
  async find(digest: string): Promise<{ digest: string; bytes: number; open: () => NodeJS.ReadableStream } | null> {
    const bytes = await this.size(digest)
    return bytes === null ? null : { digest, bytes, open: () => createReadStream(this.#file(digest)) }
  }

  /** Takes an upload, checks that it has the digest it claims, and keeps it. Repeating an upload changes nothing. */
  async put(digest: string, body: AsyncIterable<Uint8Array>, actor: string): Promise<{ digest: string; bytes: number }> {
    const known = await this.size(digest)
    if (known !== null) return { digest, bytes: known }
    const file = this.#file(digest)
    const partial = join(this.#deps.dir, `.upload-${randomText(12)}`)
    try {
      const bytes = await this.#receive(partial, digest, body)
      await rename(partial, file)
      await syncFolder(this.#deps.dir)
      await this.#deps.store.write(async (tx) => {
        const row = { digest, bytes, uploaded_at: this.#deps.clock.now(), uploaded_by: actor }
        await insertArtifact(tx.db, row)
        tx.emit({ kind: 'artifact.uploaded', actor, data: { digest, bytes } })
      })
      return { digest, bytes }
    } finally {
      await rm(partial, { force: true })
    }
  }

  async #receive(partial: string, digest: string, body: AsyncIterable<Uint8Array>): Promise<number> {
    const hash = createHash('sha256')
    const check = new ArtifactCheck()
    const handle = await open(partial, 'wx', 0o600)
    let bytes = 0
    try {
      for await (const chunk of body) {
        bytes += chunk.byteLength
        if (bytes > this.#deps.maxBytes)
          throw new AppError('TOO_LARGE', `an artifact has at most ${this.#deps.maxBytes} bytes`, {
            details: { hint: 'Leave out what is not needed to run.' },
          })
        hash.update(chunk)
        await check.write(chunk)
        await handle.write(chunk)
      }
      await handle.sync()
    } finally {
      await handle.close()
    }
    const found = `sha256:${hash.digest('hex')}`
    if (found !== digest)
      throw new AppError('UNPROCESSABLE', `the upload has the digest ${found}, not ${digest}`, {
        details: {
          hint: 'It was cut or changed on the way; upload it again.',
          issues: [{ field: 'digest', message: `write ${found}, or upload what belongs to this digest` }],
        },
      })
    const fault = await check.end()
    if (fault !== null) throw unprocessable([{ field: 'body', message: fault }])
    return bytes
  }

  /** Digests of artifacts whose file is missing or not as long as it was, and how many there are in all. */
  async damaged(): Promise<{ total: number; digests: string[] }> {
    const rows = await listArtifacts(this.#deps.store.db)
    const digests: string[] = []
    for (const { digest, bytes } of rows) {
      const found = await stat(this.#file(digest)).catch(() => null)
      if (found?.size !== bytes) digests.push(digest)
    }
    return { total: rows.length, digests }
  }

  #file(digest: string): string {
    const hex = DIGEST.exec(digest)?.[1]
    if (!hex) {
      const message = 'write "sha256:" and 64 hexadecimal digits'
      throw new AppError('BAD_REQUEST', `"${digest.slice(0, 100)}" is not a digest; ${message}`, {
        details: { issues: [{ field: 'digest', message }] },
      })
    }
    return join(this.#deps.dir, `${hex}.tar`)
  }
}

async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(dir, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
