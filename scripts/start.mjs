// `npm start`: the desktop where it can open, else the same console in a browser.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { become, modernNode, projectEnvironment, ROOT } from './install.mjs'

const ELECTRON = join(ROOT, 'node_modules', 'electron')
const PROBE_TIMEOUT_MS = 4_000
const DOWNLOAD_TIMEOUT_MS = 180_000

/** Opens the desktop, or serves the console on loopback and prints where. */
export async function start(args) {
  const obstacle = desktopObstacle() ?? (await downloadObstacle())
  if (!obstacle) return become(electronBinary(), [ROOT, ...args], { cwd: ROOT })
  process.stderr.write(`The desktop window is not available (${obstacle}); serving the same console for your browser.\n`)
  become(modernNode(), [join(ROOT, 'out', 'main', 'cli.js'), 'serve', ...args])
}

function desktopObstacle() {
  if (process.platform !== 'linux') return undefined
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'this session has no display'
  // Chromium's sandbox needs an ordinary user, and the console does not run without its sandbox.
  if (process.getuid() === 0) return 'it does not open for root'
  return undefined
}

/** Electron's program is no part of its package: it is downloaded once, when this machine can reach it at all. */
async function downloadObstacle() {
  if (electronBinary()) return undefined
  const mirror = process.env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/'
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })
  } catch {
    return `Electron is not installed and ${new URL(mirror).host} cannot be reached`
  }
  process.stderr.write('Downloading Electron (once, about 110 MB)...\n')
  spawnSync(modernNode(), [join(ELECTRON, 'install.js')], {
    stdio: ['ignore', 2, 2],
    timeout: DOWNLOAD_TIMEOUT_MS,
    env: projectEnvironment(),
  })
  return electronBinary() ? undefined : 'Electron could not be downloaded'
}

function electronBinary() {
  const pathFile = join(ELECTRON, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const binary = join(ELECTRON, 'dist', readFileSync(pathFile, 'utf8'))
  return existsSync(binary) ? binary : undefined
}
