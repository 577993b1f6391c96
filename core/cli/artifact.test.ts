import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { prepareArtifact } from './artifact.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spacefort-artifact-test-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, order: string[]): string {
  const root = join(folder, name)
  mkdirSync(join(root, 'lib'), { recursive: true })
  for (const file of order) writeFileSync(join(root, file), `content of ${file}`)
  chmodSync(join(root, 'run.sh'), 0o700)
  symlinkSync('../run.sh', join(root, 'lib', 'link'))
  return root
}

async function digestOf(path: string, leaveOut?: string): Promise<string> {
  const artifact = await prepareArtifact(path, leaveOut)
  await artifact.dispose()
  return artifact.digest
}

async function headers(path: string): Promise<Header[]> {
  const artifact = await prepareArtifact(path)
  const tar = Readable.from([await readFile(artifact.path)]).pipe(extract())
  const found: Header[] = []
  for await (const entry of tar) {
    found.push(entry.header)
    entry.resume()
  }
  await artifact.dispose()
  return found
}

describe('prepareArtifact', () => {
  it('gives the same content the same digest, whatever its order, times and owners', async () => {
    const first = write('one', ['a', 'run.sh', 'lib/z', 'lib/b'])
    const second = write('two', ['lib/b', 'lib/z', 'run.sh', 'a'])
    utimesSync(join(second, 'a'), 1, 1)
    chmodSync(join(second, 'a'), 0o600)
    expect(await digestOf(first)).toBe(await digestOf(second))
    writeFileSync(join(second, 'a'), 'other content')
    expect(await digestOf(first)).not.toBe(await digestOf(second))
  })

  it('keeps what can be run and links, and nothing of the user', async () => {
    const entries = (await headers(write('one', ['a', 'run.sh']))).map(({ name, type, mode, uid, linkname }) => ({
      name,
      type,
      mode,
      uid,
      linkname,
    }))
    expect(entries).toEqual([
      { name: 'a', type: 'file', mode: 0o644, uid: 0, linkname: null },
      { name: 'lib/', type: 'directory', mode: 0o755, uid: 0, linkname: null },
      { name: 'lib/link', type: 'symlink', mode: 0o777, uid: 0, linkname: '../run.sh' },
      { name: 'run.sh', type: 'file', mode: 0o755, uid: 0, linkname: null },
    ])
  })

  it('leaves out the file that describes the app, so that scaling it changes no digest', async () => {
    const root = write('one', ['a', 'run.sh'])
    const before = await digestOf(root, join(root, 'app.yaml'))
    writeFileSync(join(root, 'app.yaml'), 'instances: 5')
    expect(await digestOf(root, join(root, 'app.yaml'))).toBe(before)
    expect(await digestOf(root)).not.toBe(before)
  })

  it('takes a tar as it is and undoes gzip', async () => {
    const artifact = await prepareArtifact(write('one', ['a', 'run.sh']))
    const tar = await readFile(artifact.path)
    await artifact.dispose()
    writeFileSync(join(folder, 'app.tar'), tar)
    writeFileSync(join(folder, 'app.tgz'), gzipSync(tar))
    expect(await digestOf(join(folder, 'app.tar'))).toBe(artifact.digest)
    expect(await digestOf(join(folder, 'app.tgz'))).toBe(artifact.digest)
  })

  it('refuses links out of the folder and names a path that is not there', async () => {
    const root = write('one', ['a', 'run.sh'])
    symlinkSync('../../etc/passwd', join(root, 'lib', 'out'))
    await expect(prepareArtifact(root)).rejects.toMatchObject({
      exitCode: 8,
      message: expect.stringContaining('out of the artifact folder'),
    })
    await expect(prepareArtifact(join(folder, 'nothing'))).rejects.toMatchObject({ exitCode: 3 })
  })
})
