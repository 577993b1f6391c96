import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseDocument } from 'yaml'
import type { Artifacts } from '../apps/index.ts'
import { packFolder } from '../base/pack-folder.ts'

/**
 * The specification of the sample shop, ready to apply: its program is packed and kept as an artifact, and the text names the
 * digest instead of the folder. Comments stay.
 */
export async function sampleShop(samplesDir: string, artifacts: Artifacts): Promise<{ yaml: string }> {
  const folder = join(samplesDir, 'shop')
  const file = join(folder, 'shop.yaml')
  const chunks: Buffer[] = []
  for await (const chunk of packFolder({ root: folder, leaveOut: resolve(file) })) chunks.push(chunk as Buffer)
  const tar = Buffer.concat(chunks)
  const digest = `sha256:${createHash('sha256').update(tar).digest('hex')}`
  await artifacts.put(digest, oneChunk(tar), 'system')
  const document = parseDocument(await readFile(file, 'utf8'))
  document.set('artifact', digest)
  return { yaml: document.toString({ lineWidth: 0 }) }
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
