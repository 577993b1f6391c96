// Runs on Node 20 before anything is installed, so it imports nothing but Node's own modules.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))

const WINDOWS = process.platform === 'win32'
const BUNDLED_NODE = join(
  ROOT,
  'node_modules',
  `node-${WINDOWS ? 'win' : process.platform}-${process.arch}`,
  'bin',
  WINDOWS ? 'node.exe' : 'node',
)

/** Path of a Node that runs TypeScript directly: the project's own, else the one running now when it is new enough. */
export function modernNode() {
  if (existsSync(BUNDLED_NODE)) return BUNDLED_NODE
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  const why =
    process.platform === 'darwin'
      ? 'on macOS Spacefort uses the Node.js you installed'
      : 'the package that carries its own Node.js 24 is not installed'
  fail(`Spacefort needs Node.js 22.18 or newer and this is ${process.version}: ${why}. Install Node.js 24 from https://nodejs.org.`)
}

/** Installs what package-lock.json asks for, unless exactly that is there. Progress goes to standard error. */
export function ensureInstalled() {
  if (isInstalled()) return
  process.stderr.write('Installing packages (about a minute)...\n')
  // Windows cannot replace a running program, and a running task may be using the project's own Node.
  const command = WINDOWS && process.execPath === BUNDLED_NODE ? 'install' : 'ci'
  for (let attempt = 1; ; attempt += 1) {
    if (npm([command, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']) === 0) return
    if (attempt === 2) fail('The packages could not be installed; npm says why above.')
    process.stderr.write('npm failed; trying once more...\n')
  }
}

/** Environment for child processes: the project's tools, and with them its own Node, first on PATH. */
export function projectEnvironment() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const first = [dirname(modernNode()), join(ROOT, 'node_modules', '.bin')]
  return { ...process.env, [name]: [...first, process.env[name]].filter(Boolean).join(delimiter) }
}

/**
 * Runs a program in the foreground and ends this process the way the program ended. Signals are passed on; a terminal sends
 * Ctrl-C to both by itself.
 */
export function become(file, args, options = {}) {
  const child = spawn(file, args, { stdio: 'inherit', env: projectEnvironment(), ...options })
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGUSR2']) {
    if (!WINDOWS || signal === 'SIGTERM') process.on(signal, () => child.kill(signal))
  }
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  child.on('error', (error) => fail(`${file} could not be started: ${error.message}`))
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)))
}

export function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

function isInstalled() {
  const installed = packagesIn(join('node_modules', '.package-lock.json'))
  if (!installed) return false
  return Object.entries(packagesIn('package-lock.json') ?? {}).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    return found ? found.version === wanted.version : wanted.optional === true || wanted.devOptional === true
  })
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(join(ROOT, lockFile), 'utf8')).packages
  } catch {
    return undefined
  }
}

function npm(args) {
  const cli = process.env.npm_execpath
  const runner = process.env.npm_node_execpath ?? process.execPath
  // npm's output must not mix with what a command prints as its result.
  const options = { cwd: ROOT, stdio: ['ignore', 2, 2] }
  const { status } = cli?.endsWith('.js')
    ? spawnSync(runner, [join(dirname(cli), 'npm-cli.js'), ...args], options)
    : spawnSync('npm', args, { ...options, shell: WINDOWS })
  return status
}
