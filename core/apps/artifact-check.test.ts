import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packFolder } from '../base/pack-folder.ts'
import { hostileTars } from './hostile-tars-fixture.ts'
import { ArtifactCheck } from './artifact-check.ts'

const tars = await hostileTars()

async function faultOf(bytes: Uint8Array, chunkBytes = bytes.byteLength): Promise<string | null> {
  const check = new ArtifactCheck()
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) await check.write(bytes.subarray(at, at + chunkBytes))
  return check.end()
}

describe('an artifact', () => {
  it.each(tars.filter(({ good }) => !good))('is refused when it is like "$name"', async ({ bytes }) => {
    expect(await faultOf(bytes)).toMatch(/\w/)
    expect(await faultOf(bytes, 100)).toMatch(/\w/)
  })

  it.each(tars.filter(({ good }) => good))('is taken when it is like "$name"', async ({ bytes }) => {
    expect(await faultOf(bytes)).toBeNull()
    expect(await faultOf(bytes, 511)).toBeNull()
  })

  it('is what the command line makes of a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'artifact-'))
    writeFileSync(join(folder, 'run'), '#!/bin/sh\n', { mode: 0o755 })
    symlinkSync('run', join(folder, 'also'))
    expect(await faultOf(await buffer(packFolder({ root: folder }) as AsyncIterable<Uint8Array>))).toBeNull()
    rmSync(folder, { recursive: true })
  })
})
