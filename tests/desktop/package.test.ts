import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { extractAll, listPackage } from '@electron/asar'
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { parse } from 'yaml'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DesktopDouble } from './double/launch.ts'

const ROOT = join(import.meta.dirname, '../..')
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const FUSE_COUNT = 9
const MEGABYTE = 1_000_000

interface BuilderSettings {
  protocols: unknown
  linux: { target: string[]; desktop: { entry: Record<string, string> } }
  win: { target: string[] }
  mac: { target: string[] }
}

/** Packages the built program around a stand-in for Electron's files, which are not here: all but the program itself is real. */
async function buildPackage(folder: string): Promise<string> {
  const electron = join(folder, 'electron')
  for (const name of ['resources', 'locales']) mkdirSync(join(electron, name), { recursive: true })
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8')) as { version: string }
  for (const [name, text] of [
    ['version', version],
    ['LICENSE', ''],
    ['LICENSES.chromium.html', ''],
    ['chrome-sandbox', ''],
  ] as const)
    writeFileSync(join(electron, name), text)
  const wire = Buffer.concat([Buffer.from(FUSE_SENTINEL), Buffer.from([1, FUSE_COUNT]), Buffer.from('0'.repeat(FUSE_COUNT))])
  writeFileSync(join(electron, 'electron'), wire, { mode: 0o755 })
  const builder = join(ROOT, 'node_modules/.bin/electron-builder')
  const settings = [`-c.electronDist=${electron}`, `-c.directories.output=${join(folder, 'dist')}`]
  await promisify(execFile)(builder, ['--linux', 'dir', '--x64', '--publish', 'never', ...settings], {
    cwd: ROOT,
    maxBuffer: 10 * MEGABYTE,
  })
  return join(folder, 'dist/linux-unpacked')
}

describe('installed desktop', () => {
  let folder: string
  let installed: string
  let archive: string
  let files: string[]

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spacefort-package-'))
    installed = await buildPackage(folder)
    archive = join(installed, 'resources/app.asar')
    files = listPackage(archive, { isPack: false })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each([
    '/package.json',
    '/out/main/index.js',
    '/out/preload/preload.cjs',
    '/out/renderer/index.html',
    '/out/docs/swagger-ui-bundle.js',
    '/resources/samples/shop/shop.yaml',
    '/resources/tray/critical@2x.png',
    '/node_modules/better-sqlite3/prebuilds/linux-x64.node',
    '/node_modules/ssh2/lib/index.js',
  ])('contains %s', (file) => {
    expect(files).toContain(file)
  })

  it('leaves out what only building needs, sources, tests and parts for other systems', () => {
    const packages = new Set(files.flatMap((file) => /^\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []))
    expect([...packages].filter((name) => !name.startsWith('.')).sort()).toEqual([
      'asn1',
      'bcrypt-pbkdf',
      'better-sqlite3',
      'safer-buffer',
      'ssh2',
      'tweetnacl',
    ])
    expect(files.filter((file) => file.endsWith('.node'))).toEqual(['/node_modules/better-sqlite3/prebuilds/linux-x64.node'])
    expect(files.filter((file) => /\.(ts|map|c|cc|h)$|\/test\//.test(file))).toEqual([])
    expect(statSync(archive).size).toBeLessThan(40 * MEGABYTE)
  })

  it('keeps compiled parts outside the archive, where they can be loaded', () => {
    expect(existsSync(join(installed, 'resources/app.asar.unpacked/node_modules/better-sqlite3/prebuilds/linux-x64.node'))).toBe(true)
  })

  it('cannot be turned into a plain Node, a debugger or a loader of other programs', async () => {
    const wire = await getCurrentFuseWire(join(installed, 'spacefort'))
    const state = (fuse: FuseV1Options) => wire[fuse]
    for (const off of [
      FuseV1Options.RunAsNode,
      FuseV1Options.EnableNodeOptionsEnvironmentVariable,
      FuseV1Options.EnableNodeCliInspectArguments,
      FuseV1Options.GrantFileProtocolExtraPrivileges,
    ])
      expect(state(off)).toBe(FuseState.DISABLE)
    for (const on of [
      FuseV1Options.OnlyLoadAppFromAsar,
      FuseV1Options.EnableEmbeddedAsarIntegrityValidation,
      FuseV1Options.EnableCookieEncryption,
    ])
      expect(state(on)).toBe(FuseState.ENABLE)
  })

  it('is made for each system, opens links of its scheme, and has an entry in both languages', () => {
    const builder = parse(readFileSync(join(ROOT, 'electron-builder.yml'), 'utf8')) as BuilderSettings
    expect([builder.linux.target, builder.win.target, builder.mac.target]).toEqual([['AppImage', 'deb'], ['nsis'], ['dmg']])
    expect(builder.protocols).toEqual([{ name: 'Spacefort', schemes: ['spacefort'] }])
    expect(Object.keys(builder.linux.desktop.entry)).toEqual(
      expect.arrayContaining(['Name', 'Comment', 'Comment[zh_CN]', 'StartupWMClass']),
    )
  })

  it('runs from what is in the archive alone, on a double of Electron', async () => {
    const program = join(folder, 'program')
    extractAll(archive, program)
    const desktop = new DesktopDouble({ program })
    try {
      const page = await desktop.page()
      await page.locator('main').first().waitFor()
      const answers = await page.evaluate(() =>
        Promise.all(
          ['/docs', '/docs/swagger-ui.css', '/openapi.json', '/api/v1/samples/shop', '/api/v1/overview'].map(async (path) => [
            path,
            (await fetch(path)).status,
          ]),
        ),
      )
      expect(answers.filter(([, status]) => status !== 200)).toEqual([])
    } finally {
      await desktop.dispose()
    }
  })
})
