// Builds the desktop shell, the command line and the console into out/, unless what is there is up to date.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, modernNode, projectEnvironment, ROOT } from './install.mjs'

const STAMP = join(ROOT, 'out', '.stamp')
const LOCK = join(ROOT, 'out', '.building')
const SOURCES = [
  'docs/guide',
  'docs/images',
  'core',
  'electron',
  'renderer',
  'resources',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
]
const RESULTS = ['out/main/index.js', 'out/main/cli.js', 'out/preload/preload.cjs', 'out/renderer/index.html']

/** Resolves when out/ holds a build of the present sources. Messages go to standard error. */
export async function ensureBuilt({ force = false } = {}) {
  if (!force && isFresh()) return
  mkdirSync(join(ROOT, 'out'), { recursive: true })
  while (!takeLock()) await new Promise((resolve) => setTimeout(resolve, 200))
  let status = 0
  // Someone else may have built while this process waited for its turn.
  if (force || !isFresh()) status = build()
  rmSync(LOCK, { force: true })
  if (status !== 0) fail('Spacefort could not be built; the reason is above.')
}

function build() {
  process.stderr.write('Building...\n')
  rmSync(STAMP, { force: true })
  const sources = fingerprint()
  const cli = join(ROOT, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  // electron-vite refuses a configuration called "vite.config.ts"; with "./" before it, it takes it.
  const { status } = spawnSync(modernNode(), [cli, 'build', '-c', './vite.config.ts', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    env: projectEnvironment(),
  })
  if (status === 0) writeFileSync(STAMP, sources)
  return status
}

function isFresh() {
  return RESULTS.every((file) => existsSync(join(ROOT, file))) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint()
}

/** Changes whenever a source is edited, added or removed. */
function fingerprint() {
  const hash = createHash('sha256')
  for (const source of SOURCES) addTo(hash, join(ROOT, source))
  return hash.digest('hex')
}

function addTo(hash, path) {
  const stat = statSync(path)
  if (stat.isDirectory()) {
    for (const name of readdirSync(path).sort()) addTo(hash, join(path, name))
  } else if (!path.endsWith('.test.ts')) {
    hash.update(`${path}\0${stat.mtimeMs}\0${stat.size}\n`)
  }
}

/** One process builds at a time; a lock whose owner is gone is taken over. */
function takeLock() {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (!lockOwnerIsAlive()) rmSync(LOCK, { force: true })
    return false
  }
}

function lockOwnerIsAlive() {
  try {
    process.kill(Number(readFileSync(LOCK, 'utf8')), 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
