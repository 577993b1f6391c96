import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError } from '../base/app-error.ts'

/** Files of a data folder, by purpose. */
export function dataFiles(dir: string) {
  return {
    dir,
    database: join(dir, 'spacefort.db'),
    metrics: join(dir, 'metrics.db'),
    key: join(dir, 'secret.key'),
    artifacts: join(dir, 'artifacts'),
    processes: join(dir, 'processes'),
    lock: join(dir, 'core.lock'),
    holder: join(dir, 'core.json'),
  }
}
export type DataFiles = ReturnType<typeof dataFiles>

/**
 * Takes a data folder for this process, creating it (0700) when needed. A second core is refused with the holder's name. The
 * kernel lets go of the lock when the process ends, however it ends.
 */
export function claimDataFolder(dir: string): { files: DataFiles; release: () => void } {
  const files = dataFiles(dir)
  for (const folder of [dir, files.artifacts, files.processes]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = new Database(files.lock, { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    if (!isHeld(cause)) throw cause
    throw new AppError('CONFLICT', `another core uses ${dir}: ${holderText(files.holder)}`, {
      cause,
      details: { hint: 'Stop that one first, or choose another folder with --data.' },
    })
  }
  try {
    writeFileSync(files.holder, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }), { mode: 0o600 })
  } catch (error) {
    lock.close()
    throw error
  }
  return { files, release: () => lock.close() }
}

/** Anything else, such as a full disk, is not the doing of another core. */
function isHeld(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY'
}

function holderText(file: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; since: string }
    return `process ${pid}, since ${since}`
  } catch {
    return 'an unknown process'
  }
}
