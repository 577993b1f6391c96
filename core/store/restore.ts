import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, readdirSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Transform, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import Database from 'better-sqlite3'
import { extract, type Header } from 'tar-stream'
import { AppError } from '../base/app-error.ts'
import { ARTIFACT_ENTRY, BACKUP_FORMAT, Manifest } from './backup.ts'
import { claimDataFolder, dataFiles } from './data-folder.ts'

const DATABASES = ['spacefort.db', 'metrics.db']
const MAX_MANIFEST_BYTES = 50_000_000

type Entry = Readable & { header: Header }

export interface Restored {
  manifest: Manifest
  /** Folder the earlier data was moved to, if there was any. */
  movedAside: string | null
  /** Where the key that opens the secrets came from. */
  key: 'backup' | 'kept' | 'missing'
}

/**
 * Makes `dir` the data folder that a backup holds. The backup is checked completely first; on any doubt nothing is changed.
 * A folder with data in it is refused unless `replace`, and then moved aside. Processes that run here stay known.
 */
export async function restoreBackup(backup: Readable, dir: string, options: { replace: boolean }): Promise<Restored> {
  const target = resolve(dir)
  const occupied = existsSync(target) && readdirSync(target).length > 0
  if (occupied && !options.replace) {
    throw new AppError('CONFLICT', `${target} is not empty`, {
      details: { hint: 'Choose another folder, or add --yes to move the present one aside.' },
    })
  }
  await mkdir(dirname(target), { recursive: true })
  const fresh = await mkdtemp(`${target}.restoring-`)
  try {
    const manifest = await unpack(backup, fresh)
    DATABASES.filter((name) => existsSync(join(fresh, name))).forEach((name) => checkDatabase(join(fresh, name)))
    const movedAside = occupied ? await moveAside(target) : null
    const key = await carryOver(movedAside, fresh)
    if (movedAside === null) await rm(target, { recursive: true, force: true })
    await rename(fresh, target)
    return { manifest, movedAside, key }
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
}

/** Moves a data folder away, unless a core uses it. */
async function moveAside(target: string): Promise<string> {
  claimDataFolder(target).release()
  const aside = `${target}.before-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}`
  await rename(target, aside)
  return aside
}

/** Brings over what a backup does not hold: the state of processes that run on this machine, and the key. */
async function carryOver(from: string | null, fresh: string): Promise<Restored['key']> {
  const { key, processes } = dataFiles(fresh)
  if (from && existsSync(dataFiles(from).processes)) await rename(dataFiles(from).processes, processes)
  if (existsSync(key)) return 'backup'
  // The desktop keeps its key in a file beside, sealed by the keychain.
  const kept = from ? readdirSync(from).filter((name) => name.startsWith(basename(key))) : []
  for (const name of kept) {
    await copyFile(join(from ?? '', name), join(fresh, name))
    await chmod(join(fresh, name), 0o600)
  }
  return kept.length > 0 ? 'kept' : 'missing'
}

async function unpack(backup: Readable, folder: string): Promise<Manifest> {
  const tar = extract()
  const reading = pipeline(backup, tar)
  // The loop below reports what goes wrong; without this, the same error would also count as unhandled.
  reading.catch(() => undefined)
  let manifest: Manifest | undefined
  const missing = new Map<string, Manifest['files'][number]>()
  try {
    for await (const entry of tar as AsyncIterable<Entry>) {
      const { name } = entry.header
      if (manifest === undefined) {
        manifest = await readManifest(name, entry)
        manifest.files.forEach((file) => missing.set(file.path, file))
        continue
      }
      const file = missing.get(name)
      if (!file || !isKnown(name)) throw damaged(`it has an unexpected entry "${name}"`)
      await receive(entry, join(folder, name), file)
      missing.delete(name)
    }
    await reading
  } catch (error) {
    throw error instanceof AppError ? error : damaged(error instanceof Error ? error.message : String(error), error)
  }
  if (manifest === undefined) throw damaged('it is empty')
  const [lacking] = missing.keys()
  if (lacking !== undefined) throw damaged(`it lacks "${lacking}"`)
  return manifest
}

function isKnown(name: string): boolean {
  return DATABASES.includes(name) || name === 'secret.key' || ARTIFACT_ENTRY.test(name)
}

async function readManifest(name: string, entry: Readable): Promise<Manifest> {
  if (name !== 'manifest.json') throw damaged('it does not begin with a manifest')
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of entry as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > MAX_MANIFEST_BYTES) throw damaged('its manifest is too long')
    chunks.push(chunk)
  }
  const value = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { format?: unknown }
  if (typeof value.format === 'number' && value.format > BACKUP_FORMAT) {
    throw new AppError('UNPROCESSABLE', 'the backup was written by a newer Spacefort', {
      details: { hint: 'Restore it with that version.' },
    })
  }
  return Manifest.parse(value)
}

async function receive(entry: Readable, path: string, file: Manifest['files'][number]): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  await writeFile(path, '', { mode: 0o600 })
  await pipeline(entry, measure, createWriteStream(path, { flags: 'r+', flush: true }))
  if (hash.digest('hex') !== file.sha256) throw damaged(`"${file.path}" is not what was saved`)
}

function checkDatabase(path: string): void {
  const database = new Database(path, { readonly: true })
  try {
    const verdict = database.pragma('integrity_check(1)', { simple: true })
    if (verdict !== 'ok') throw damaged(`its database is damaged: ${String(verdict)}`)
  } finally {
    database.close()
  }
}

function damaged(why: string, cause?: unknown): AppError {
  return new AppError('UNPROCESSABLE', `this is no usable backup: ${why}`, {
    cause,
    details: { hint: 'Nothing was changed. Use another backup.' },
  })
}
