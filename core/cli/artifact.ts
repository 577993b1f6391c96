import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { PackError, packFolder } from '../base/pack-folder.ts'
import { ORPCError } from '../contract/client.ts'
import { Problem } from '../contract/problem.ts'
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
    throw error instanceof PackError ? new CliError(EXIT.badInput, error.message, { hint: error.hint, cause: error }) : error
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
