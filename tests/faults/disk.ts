import { execFile } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Puts a disk of its own, made of memory, under a folder. */
export async function mountDisk(folder: string, megabytes: number): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `mode=700,size=${megabytes}m`, 'tmpfs', folder])
}

export async function unmountDisk(folder: string): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8')
  if (mounts.split('\n').some((line) => line.split(' ')[1] === folder)) await run('umount', ['-l', folder])
}

const BALLAST = '.ballast'

/** Takes all room that is left on the disk under a folder. */
export async function fillFolder(folder: string): Promise<void> {
  const { stdout } = await run('df', ['-P', '-B1', folder])
  const free = Number(stdout.trim().split('\n').at(-1)?.split(/\s+/)[3])
  if (free > 0) await run('fallocate', ['-o', '0', '-l', String(free), join(folder, BALLAST)])
}

export async function freeFolder(folder: string): Promise<void> {
  await rm(join(folder, BALLAST), { force: true })
}
