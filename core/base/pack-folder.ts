import { createReadStream } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { dirname, join, normalize, posix, resolve } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack, type Header, type Pack } from 'tar-stream'

/** A folder that cannot be packed as it is; the message names the file, `hint` what to do. */
export class PackError extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.name = 'PackError'
    this.hint = hint
  }
}

interface Folder {
  root: string
  /** Absolute path of one file that stays out. */
  leaveOut?: string | undefined
}

/**
 * Makes the tar of a folder. The same content gives the same bytes on every machine: entries are sorted, and owners and times
 * are left out. The stream fails with `PackError` on sockets, devices and links out of the folder.
 */
export function packFolder(folder: Folder): Pack {
  const tar = pack()
  addFolder(tar, folder, '').then(
    () => tar.finalize(),
    (error: unknown) => tar.destroy(error as Error),
  )
  return tar
}

const PLAIN = { size: 0, linkname: '', uid: 0, gid: 0, uname: '', gname: '', devmajor: 0, devminor: 0, mtime: new Date(0) }

async function addFolder(tar: Pack, folder: Folder, inside: string): Promise<void> {
  const names = (await readdir(join(folder.root, inside))).sort((a, b) => (a < b ? -1 : 1))
  for (const name of names) {
    const path = join(folder.root, inside, name)
    const entry = inside === '' ? name : `${inside}/${name}`
    if (resolve(path) === folder.leaveOut) continue
    const found = await lstat(path)
    if (found.isDirectory()) {
      await addEntry(tar, { ...PLAIN, name: `${entry}/`, type: 'directory', mode: 0o755 })
      await addFolder(tar, folder, entry)
    } else if (found.isSymbolicLink()) {
      await addEntry(tar, { ...PLAIN, name: entry, type: 'symlink', mode: 0o777, linkname: await linkInside(path, entry) })
    } else if (found.isFile()) {
      const mode = (found.mode & 0o111) === 0 ? 0o644 : 0o755
      await addFile(tar, { ...PLAIN, name: entry, type: 'file', mode, size: found.size }, path)
    } else throw new PackError(`${path} is neither a file, a folder nor a link`, 'Remove it from the artifact folder.')
  }
}

function addEntry(tar: Pack, header: Header): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, (error) => (error ? reject(error) : resolve()))
  })
}

async function addFile(tar: Pack, header: Header, path: string): Promise<void> {
  const { size } = header
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry(header, (error) => (error ? reject(error) : resolve()))
    let seen = 0
    const changed = () => new PackError(`${path} changed while it was read`, 'Try again when nobody writes to the folder.')
    const bound = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        seen += chunk.length
        done(seen > size ? changed() : null, chunk)
      },
      flush: (done) => done(seen < size ? changed() : null),
    })
    pipeline(createReadStream(path), bound, entry).catch(reject)
  })
}

async function linkInside(path: string, entry: string): Promise<string> {
  const target = (await readlink(path)).replaceAll('\\', '/')
  const resolved = normalize(join(dirname(entry), target)).replaceAll('\\', '/')
  if (posix.isAbsolute(target) || resolved === '..' || resolved.startsWith('../'))
    throw new PackError(`${path} is a link out of the artifact folder (to ${target})`, 'Replace the link by the file.')
  return target
}
