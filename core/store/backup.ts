import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import Database from 'better-sqlite3'
import { pack, type Pack } from 'tar-stream'
import { z } from 'zod'
import { AppError } from '../base/app-error.ts'
import { dataFiles } from './data-folder.ts'

export const BACKUP_FORMAT = 1
export const ARTIFACT_ENTRY = /^artifacts\/[0-9a-f]{64}\.tar$/

/** First entry of a backup: what wrote it, and what every other entry must be. */
export const Manifest = z.object({
  format: z.literal(BACKUP_FORMAT),
  version: z.string(),
  createdAt: z.string(),
  withKey: z.boolean(),
  files: z.array(z.object({ path: z.string(), bytes: z.int(), sha256: z.string() })),
})
export type Manifest = z.output<typeof Manifest>

interface BackupOptions {
  /** Version of the program, kept in the manifest. */
  version: string
  /** With the key that opens the secrets. */
  withKey: boolean
}

interface Entry {
  path: string
  source: string
  bytes: number
  sha256: string
}

/**
 * A tar of the data folder `dir` as it is at one moment, while a core may go on writing: snapshots of the databases, the
 * artifacts, and a manifest with their digests. State of running processes is not part of it.
 */
export async function createBackup(dir: string, options: BackupOptions): Promise<Readable> {
  const files = dataFiles(dir)
  if (options.withKey && !(await exists(files.key))) {
    throw new AppError('CONFLICT', 'the key that opens the secrets is not in the data folder but in the keychain of the desktop', {
      details: { hint: 'Save without the key; the backup can be restored on this machine.' },
    })
  }
  const folder = await mkdtemp(join(dir, '.backup-'))
  try {
    const entries = [
      await snapshot(files.database, join(folder, 'spacefort.db')),
      ...((await exists(files.metrics)) ? [await snapshot(files.metrics, join(folder, 'metrics.db'))] : []),
      ...(options.withKey ? [await entryOf('secret.key', files.key)] : []),
      // Listed after the snapshot: an artifact the snapshot knows is complete by then.
      ...(await artifacts(files.artifacts)),
    ]
    const tar = pack()
    const dispose = () => void rm(folder, { recursive: true, force: true })
    tar.once('close', dispose)
    fill(tar, manifestOf(entries, options), entries).catch((error: unknown) => tar.destroy(error as Error))
    return Readable.from(tar, { objectMode: false })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

function manifestOf(entries: Entry[], { version, withKey }: BackupOptions): Manifest {
  return {
    format: BACKUP_FORMAT,
    version,
    createdAt: new Date().toISOString(),
    withKey,
    files: entries.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
  }
}

async function fill(tar: Pack, manifest: Manifest, entries: Entry[]): Promise<void> {
  const text = JSON.stringify(manifest, null, 2)
  tar.entry({ name: 'manifest.json', mode: 0o600 }, text)
  for (const { path, source, bytes } of entries) {
    const added = new Promise<void>((resolve, reject) => {
      const entry = tar.entry({ name: path, size: bytes, mode: 0o600 }, (error) => (error ? reject(error) : resolve()))
      pipeline(createReadStream(source), entry).catch(reject)
    })
    await added
  }
  tar.finalize()
}

async function snapshot(file: string, copy: string): Promise<Entry> {
  const database = new Database(file, { readonly: true, fileMustExist: true })
  try {
    await database.backup(copy)
  } finally {
    database.close()
  }
  return entryOf(copy.endsWith('metrics.db') ? 'metrics.db' : 'spacefort.db', copy)
}

async function artifacts(folder: string): Promise<Entry[]> {
  const names = (await readdir(folder)).filter((name) => ARTIFACT_ENTRY.test(`artifacts/${name}`)).sort()
  return Promise.all(
    names.map(async (name) => {
      const source = join(folder, name)
      // Artifacts are called by their digest.
      return { path: `artifacts/${name}`, source, bytes: (await stat(source)).size, sha256: name.slice(0, 64) }
    }),
  )
}

async function entryOf(path: string, source: string): Promise<Entry> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(source), hash)
  return { path, source, bytes: (await stat(source)).size, sha256: hash.digest('hex') }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
