import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, realpath, rm, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { pack, type Pack } from 'tar-stream'
import { engineSocket } from './machine.ts'
import { findProgram, run } from './run.ts'
import type { HostState } from './state.ts'

const SHOP = join(import.meta.dirname, '..', 'resources', 'samples', 'shop')
const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch

interface Layer {
  file: string
  digest: string
}

interface Image {
  tags: string[]
  layers: Layer[]
  config: Record<string, unknown>
}

/**
 * Writes one archive in the form `docker load` reads, with the images of the lab: `busybox:lab`, `spacefort/shop:1` and
 * `spacefort/shop:2`, or the first of them alone. Made from this machine's busybox and Node, no registry involved; shared layers
 * are in it once.
 */
export async function buildImages(dir: string, which: 'all' | 'busybox' = 'all'): Promise<string> {
  const work = join(dir, 'images')
  await mkdir(work, { recursive: true })
  const system = await layer(join(work, 'system.tar'), addSystem)
  const busybox: Image = { tags: ['busybox:lab'], layers: [system], config: { Cmd: ['sh'], Env: ['PATH=/bin'] } }
  const archive = join(dir, 'images.tar')
  await writeArchive(archive, which === 'all' ? [busybox, ...(await shopImages(work, system))] : [busybox])
  await rm(work, { recursive: true })
  return archive
}

async function shopImages(work: string, system: Layer): Promise<Image[]> {
  const node = await layer(join(work, 'node.tar'), addNode)
  const shop = await layer(join(work, 'shop.tar'), addShop)
  const shopImage = (version: string): Image => ({
    tags: [`spacefort/shop:${version}`],
    layers: [system, node, shop],
    config: {
      User: '1000:1000',
      WorkingDir: '/app',
      Cmd: ['node', 'server.mjs'],
      Env: ['PATH=/bin', 'PORT=8080', `SHOP_VERSION=${version}.0.0`],
      ExposedPorts: { '8080/tcp': {} },
    },
  })
  return [shopImage('1'), shopImage('2')]
}

/** Gives the archive to one engine. */
export function loadImages(host: HostState, archive: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = {
      socketPath: engineSocket(host),
      method: 'POST',
      path: '/images/load?quiet=1',
      headers: { 'content-type': 'application/x-tar' },
    }
    const upload = request(options, (response) => {
      let text = ''
      response.on('data', (data: Buffer) => (text += data.toString()))
      response.on('end', () => {
        if (response.statusCode === 200 && !text.includes('"error"')) resolve()
        else reject(new Error(`${host.name} did not take the images: ${text.trim()}`))
      })
    })
    upload.on('error', reject)
    pipeline(createReadStream(archive), upload).catch(reject)
  })
}

async function layer(file: string, fill: (tar: Pack) => Promise<void>): Promise<Layer> {
  const tar = pack()
  const hash = createHash('sha256')
  tar.on('data', (data) => hash.update(data as Buffer))
  const written = pipeline(tar, createWriteStream(file))
  await fill(tar)
  tar.finalize()
  await written
  return { file, digest: hash.digest('hex') }
}

async function addSystem(tar: Pack): Promise<void> {
  for (const name of ['bin', 'etc', 'app']) tar.entry({ name, type: 'directory', mode: 0o755 })
  tar.entry({ name: 'tmp', type: 'directory', mode: 0o1777 })
  tar.entry({ name: 'etc/passwd' }, 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/app:/bin/sh\n')
  tar.entry({ name: 'etc/group' }, 'root:x:0:\napp:x:1000:\n')
  const busybox = findProgram('busybox')!
  await addProgram(tar, 'bin/busybox', busybox)
  const applets = (await run(busybox, ['--list'])).split('\n').filter((applet) => applet && applet !== 'busybox')
  for (const applet of applets) tar.entry({ name: `bin/${applet}`, type: 'symlink', linkname: 'busybox' })
}

async function addNode(tar: Pack): Promise<void> {
  await addProgram(tar, 'bin/node', process.execPath)
}

async function addShop(tar: Pack): Promise<void> {
  const modules = (await readdir(SHOP)).filter((name) => name.endsWith('.mjs'))
  for (const name of modules.sort()) await addFile(tar, `app/${name}`, join(SHOP, name))
}

async function addProgram(tar: Pack, name: string, path: string): Promise<void> {
  await addFile(tar, name, path)
  const linked = await run('ldd', [path]).catch((error: unknown) => {
    if (String(error).includes('not a dynamic executable')) return ''
    throw error
  })
  for (const library of sharedLibraries(linked)) await addFile(tar, library.slice(1), library)
}

/** Paths in the output of `ldd`. Pure. */
export function sharedLibraries(output: string): string[] {
  return [...output.matchAll(/(?:=>\s*|^\s*)(\/\S+)\s+\(0x/gm)].map((match) => match[1]!)
}

async function addFile(tar: Pack, name: string, path: string): Promise<void> {
  const source = await realpath(path)
  const { size, mode } = await stat(source)
  const entry = tar.entry({ name, size, mode: mode & 0o755 })
  await pipeline(createReadStream(source, { highWaterMark: 1 << 20 }), entry)
}

async function writeArchive(path: string, images: readonly Image[]): Promise<void> {
  const tar = pack()
  const written = pipeline(tar, createWriteStream(path, { mode: 0o600 }))
  const layers = new Map(images.flatMap((image) => image.layers).map((item) => [item.digest, item]))
  for (const { file, digest } of layers.values()) await addFile(tar, `${digest}/layer.tar`, file)
  const manifest = images.map((image) => {
    const config = JSON.stringify(imageConfig(image))
    const name = `${createHash('sha256').update(config).digest('hex')}.json`
    tar.entry({ name }, config)
    return { Config: name, RepoTags: image.tags, Layers: image.layers.map(({ digest }) => `${digest}/layer.tar`) }
  })
  tar.entry({ name: 'manifest.json' }, JSON.stringify(manifest))
  tar.finalize()
  await written
}

function imageConfig(image: Image): Record<string, unknown> {
  return {
    created: new Date().toISOString(),
    architecture: ARCHITECTURE,
    os: 'linux',
    config: image.config,
    rootfs: { type: 'layers', diff_ids: image.layers.map(({ digest }) => `sha256:${digest}`) },
    history: image.layers.map(({ file }) => ({ created_by: `spacefort lab: ${basename(file)}` })),
  }
}
