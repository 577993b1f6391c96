import { createHash } from 'node:crypto'
import { mkdtempSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBackup } from './backup.ts'
import { claimDataFolder, dataFiles } from './data-folder.ts'
import { restoreBackup } from './restore.ts'
import { Store } from './store.ts'

let folder: string
let dir: string
const content = Buffer.from('an artifact')
const digest = createHash('sha256').update(content).digest('hex')

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spacefort-backup-'))
  dir = join(folder, 'data')
  const { files, release } = claimDataFolder(dir)
  const store = await Store.open(files.database)
  await store.write(async (tx) => tx.emit({ kind: 'system.started', actor: 'system', data: { mark: 'kept' } }))
  await store.close()
  release()
  writeFileSync(join(files.artifacts, `${digest}.tar`), content)
  writeFileSync(files.key, 'the key\n', { mode: 0o600 })
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const save = async (withKey = false) => buffer(await createBackup(dir, { version: '1.2.3', withKey }))
const restore = (backup: Buffer, target: string, replace = false) => restoreBackup(Readable.from([backup]), target, { replace })

describe('backup and restore', () => {
  it('brings back events and artifacts, and leaves nothing behind in the data folder', async () => {
    const backup = await save()
    const target = join(folder, 'elsewhere')
    const { manifest, key, movedAside } = await restore(backup, target)
    expect(manifest).toMatchObject({ format: 1, version: '1.2.3', withKey: false })
    expect({ key, movedAside }).toEqual({ key: 'missing', movedAside: null })
    expect(readFileSync(join(dataFiles(target).artifacts, `${digest}.tar`))).toEqual(content)
    const store = await Store.open(dataFiles(target).database)
    expect((await store.readEvents({}, { limit: 10 })).map((event) => event.data)).toEqual([{ mark: 'kept' }])
    expect(await store.findBrokenLink()).toBeNull()
    await store.close()
    expect(readdirSync(dir).filter((name) => name.startsWith('.backup-'))).toEqual([])
  })

  it('is consistent while a core writes', async () => {
    const store = await Store.open(dataFiles(dir).database)
    let open = true as boolean
    let written = 1
    const writing = (async () => {
      while (open) {
        await store.write(async (tx) => tx.emit({ kind: 'system.started', actor: 'system', data: { number: written } }))
        written += 1
        await setImmediate()
      }
    })()
    const backup = await save()
    open = false
    await writing
    await store.close()
    const target = join(folder, 'elsewhere')
    await restore(backup, target)
    const copy = await Store.open(dataFiles(target).database)
    expect(await copy.findBrokenLink()).toBeNull()
    expect(copy.integrity()).toEqual([])
    expect(copy.latestSeq).toBeLessThanOrEqual(written)
    await copy.close()
  })

  it('takes the key along only when asked to, readable by the owner alone', async () => {
    const target = join(folder, 'elsewhere')
    expect((await save()).includes('the key')).toBe(false)
    const { key } = await restore(await save(true), target)
    expect(key).toBe('backup')
    expect(readFileSync(dataFiles(target).key, 'utf8')).toBe('the key\n')
    expect(statSync(dataFiles(target).key).mode & 0o777).toBe(0o600)
  })

  it('refuses a folder with data in it, or moves that aside and keeps its key and processes', async () => {
    const backup = await save()
    mkdirSync(join(dataFiles(dir).processes, 'shop-1'))
    await expect(restore(backup, dir)).rejects.toMatchObject({ code: 'CONFLICT' })
    const { movedAside, key } = await restore(backup, dir, true)
    expect(key).toBe('kept')
    expect(existsSync(dataFiles(movedAside!).database)).toBe(true)
    expect(existsSync(join(dataFiles(dir).processes, 'shop-1'))).toBe(true)
  })

  it('refuses to replace a folder that a core uses', async () => {
    const backup = await save()
    const { release } = claimDataFolder(dir)
    await expect(restore(backup, dir, true)).rejects.toMatchObject({ code: 'CONFLICT', message: expect.stringContaining('another core') })
    release()
    expect(readdirSync(folder)).toEqual(['data'])
  })

  it.each([
    ['cut short', (backup: Buffer) => backup.subarray(0, backup.length / 2)],
    ['changed', (backup: Buffer) => Buffer.from(backup.toString('latin1').replace('an artifact', 'an artefact'), 'latin1')],
    ['something else', () => Buffer.from('no tar at all')],
    ['empty', () => Buffer.alloc(0)],
  ])('refuses a backup that is %s and changes nothing', async (_name, spoil) => {
    const target = join(folder, 'elsewhere')
    await expect(restore(spoil(await save()), target)).rejects.toMatchObject({ code: 'UNPROCESSABLE' })
    expect(readdirSync(folder)).toEqual(['data'])
  })

  it('never writes outside the folder', async () => {
    const backup = await save()
    const evil = Buffer.from(
      backup.toString('latin1').replaceAll(`artifacts/${digest}.tar`, `../../${'x'.repeat(digest.length + 8)}`),
      'latin1',
    )
    await expect(restore(evil, join(folder, 'elsewhere'))).rejects.toMatchObject({ code: 'UNPROCESSABLE' })
    expect(readdirSync(folder)).toEqual(['data'])
  })
})
