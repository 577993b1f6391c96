// Entry of every npm script. Runs on the system's Node (20 or newer), then hands over to the project's own.
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { become, ensureInstalled, fail, modernNode, ROOT } from './install.mjs'
import { start } from './start.mjs'

const TASKS = {
  start: async (args) => {
    await ensureBuilt()
    await start(args)
  },
  build: () => ensureBuilt({ force: true }),
  test: (args) => runTypeScript('scripts/test.ts', args),
  check: (args) => runTypeScript('scripts/test.ts', ['--static', ...args]),
  package: async (args) => {
    await ensureBuilt()
    become(join(ROOT, 'node_modules', '.bin', 'electron-builder'), ['--publish', 'never', ...args], {
      cwd: ROOT,
      shell: process.platform === 'win32',
    })
  },
  screenshots: async (args) => {
    await ensureBuilt()
    runTypeScript('scripts/screenshots.ts', args)
  },
  icons: () => runTypeScript('scripts/icons.ts', []),
  lab: (args) => runTypeScript('lab/lab.ts', args),
  fuzz: (args) => runTypeScript('tests/fuzz/fuzz.ts', args),
  faults: async (args) => {
    await ensureBuilt()
    process.env.SPACEFORT_PROGRAM = join(ROOT, 'out', 'main', 'cli.js')
    runTypeScript('tests/faults/campaign.ts', args)
  },
  soak: (args) => runTypeScript('bench/soak.ts', args),
}

const [name = '', ...args] = process.argv.slice(2)
const bench = /^bench:([a-z-]+)$/.exec(name)?.[1]
const task = bench ? () => runBench(bench) : TASKS[name]
if (!task) fail(`There is no task "${name}". Tasks: ${Object.keys(TASKS).join(', ')}, bench:NAME.`)
ensureInstalled()
await task(args)

async function runBench(bench) {
  if (bench === 'ui') await ensureBuilt()
  runTypeScript(`bench/${bench}.ts`, args)
}

function runTypeScript(file, args) {
  become(modernNode(), [join(ROOT, file), ...args])
}
