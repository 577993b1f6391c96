import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, mkdtemp, open, readdir, readlink, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, normalize, posix, resolve } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { pack, type Header, type Pack } from 'tar-stream'
import { fileError } from './documents.ts'
import { EXIT } from './exit-code.ts'
import { CliError } from './failure.ts'
import type { Session } from './session.ts'

/** A tar ready to be sent. `dispose` removes what was written for it. */
export interface Artifact {
  digest: string
  path: string
  sizeBytes: number
  dispose(): Promise<void>
}

/**
 * Makes the tar of a folder, or takes a tar (gzip is undone). The same folder content gives the same digest on every
 * machine: entries are sorted, and owners and times are left out. Sockets, devices and links out of the folder are refused.
 * `leaveOut` is the file that describes the app: scaling it there must not look like another program.
 */
export async function prepareArtifact(source: string, leaveOut?: string): Promise<Artifact> {
  const found = await stat(source).catch((error: unknown) => {
    throw fileError(source, error)
  })
  if (found.isFile() && !(await isGzip(source))) return { ...(await measure(source)), path: source, dispose: async () => undefined }
  const folder = await mkdtemp(join(tmpdir(), 'spacefort-artifact-'))
  const dispose = () => rm(folder, { recursive: true, force: true })
  try {
    const path = join(folder, 'artifact.tar')
    const input = found.isDirectory()
      ? packFolder({ root: source, leaveOut: leaveOut && resolve(leaveOut) })
      : createReadStream(source).pipe(createGunzip())
    await pipeline(input, createWriteStream(path, { mode: 0o600 }))
    return { ...(await measure(path)), path, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** Sends a tar unless the server has it. */
export async function uploadArtifact(session: Session, artifact: Artifact): Promise<'uploaded' | 'present'> {
  const address = `/artifacts/${artifact.digest}`
  const there = await session.send(address, { method: 'HEAD' })
  if (there.ok) return 'present'
  const body = Readable.toWeb(createReadStream(artifact.path)) as ReadableStream
  const answer = await session.send(address, {
    method: 'PUT',
    headers: { 'content-type': 'application/x-tar', 'content-length': String(artifact.sizeBytes) },
    body,
    duplex: 'half',
  })
  if (!answer.ok) throw await problemOf(answer)
  return 'uploaded'
}

/** The error of an answer outside the typed client. */
export async function problemOf(answer: Response): Promise<Error> {
  const { ORPCError } = await import('../contract/client.ts')
  const { Problem } = await import('../contract/problem.ts')
  const problem = Problem.safeParse(await answer.json().catch(() => undefined)).data
  if (!problem) return new CliError(EXIT.failure, `the server answered with status ${answer.status}`)
  return new ORPCError(problem.code, { status: answer.status, message: problem.detail, data: problem, defined: true })
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

async function measure(path: string): Promise<{ digest: string; sizeBytes: number }> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer)
    sizeBytes += (chunk as Buffer).length
  }
  return { digest: hash.digest('hex'), sizeBytes }
}

interface Folder {
  root: string
  leaveOut: string | undefined
}

function packFolder(folder: Folder): Pack {
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
    } else {
      throw new CliError(EXIT.badInput, `${path} is neither a file, a folder nor a link`, { hint: 'remove it from the artifact folder' })
    }
  }
}

function addEntry(tar: Pack, header: Header): Promise<void> {
  return new Promise((resolve, reject) => {
    tar.entry(header, (error) => (error ? reject(error) : resolve()))
  })
}

async function addFile(tar: Pack, header: Header, path: string): Promise<void> {
  const { size } = header
  const added = new Promise<void>((resolve, reject) => {
    const entry = tar.entry(header, (error) => (error ? reject(error) : resolve()))
    let seen = 0
    const bound = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        seen += chunk.length
        done(seen > size ? new CliError(EXIT.failure, `${path} grew while it was read; try again`) : null, chunk)
      },
      flush: (done) => done(seen < size ? new CliError(EXIT.failure, `${path} shrank while it was read; try again`) : null),
    })
    pipeline(createReadStream(path), bound, entry).catch(reject)
  })
  await added
}

async function linkInside(path: string, entry: string): Promise<string> {
  const target = (await readlink(path)).replaceAll('\\', '/')
  const resolved = normalize(join(dirname(entry), target)).replaceAll('\\', '/')
  if (posix.isAbsolute(target) || resolved === '..' || resolved.startsWith('../')) {
    throw new CliError(EXIT.badInput, `${path} is a link out of the artifact folder (to ${target})`, {
      hint: 'replace the link by the file',
    })
  }
  return target
}
