import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import config, { LAYERS } from '../.dependency-cruiser.mjs'

/** One forbidden import for each rule: file, what it imports, and the rule that has to fire. */
const planted: readonly (readonly [file: string, imported: string, rule: string])[] = [
  ['core/base/up.ts', '../store/index.ts', 'layer-of-contract'],
  ['core/store/up.ts', '../hosts/index.ts', 'layer-of-store'],
  ['core/apps/up.ts', '../engines/index.ts', 'layer-of-hosts'],
  ['core/monitoring/up.ts', '../reconciler/index.ts', 'layer-of-engines'],
  ['core/reconciler/up.ts', '../desk/index.ts', 'layer-of-reconciler'],
  ['core/desk/up.ts', '../api/index.ts', 'layer-of-desk'],
  ['core/base/left.ts', './right.ts', 'no-circular'],
  ['core/base/lost.ts', './nowhere.ts', 'resolvable'],
  ['core/contract/impure.ts', 'node:fs', 'contract-is-pure'],
  ['core/contract/server.ts', '@orpc/server', 'contract-is-pure'],
  ['core/scheduler/impure.ts', 'node:os', 'decisions-are-pure'],
  ['core/reconciler/diff.ts', '../store/index.ts', 'decisions-are-pure'],
  ['core/apps/spec-diff.ts', 'kysely', 'decisions-are-pure'],
  ['core/apps/side-door.ts', '../store/inside.ts', 'front-door'],
  ['core/apps/ask-the-top.ts', '../core.ts', 'composition-root-is-the-top'],
  ['core/engines/docker/other.ts', '../process/inside.ts', 'engines-are-strangers'],
  ['core/apps/shell.ts', 'electron', 'core-knows-no-shell'],
  ['core/apps/screen.ts', '../../renderer/shared/plain.ts', 'core-knows-no-shell'],
  ['core/cli/inside.ts', '../base/plain.ts', 'cli-sees-contract'],
  ['renderer/app/inside.ts', '../../core/base/plain.ts', 'renderer-sees-contract'],
  ['renderer/app/Screen.vue', '../../core/store/index.ts', 'renderer-sees-contract'],
  ['renderer/features/hosts/other.ts', '../apps/plain.ts', 'features-are-strangers'],
  ['renderer/shared/up.ts', '../features/apps/plain.ts', 'shared-knows-no-feature'],
  ['electron/domain.ts', '../core/apps/index.ts', 'shell-sees-core'],
  ['electron/lab.ts', '../lab/plain.ts', 'lab-is-for-tests'],
  ['core/apps/rows.ts', 'kysely', 'rows-in-tables'],
  ['core/engines/process/docker.ts', 'dockerode', 'docker-in-engines'],
  ['core/engines/process/ssh.ts', 'ssh2', 'ssh-in-hosts'],
  ['core/monitoring/sqlite.ts', 'better-sqlite3', 'sqlite-in-store'],
]

/** The same arrows where they are allowed. */
const allowed: readonly (readonly [file: string, imported: string])[] = [
  ['core/contract/schema.ts', 'zod'],
  ['core/apps/good.ts', '../store/index.ts'],
  ['core/apps/apps.table.ts', 'kysely'],
  ['core/engines/docker/good.ts', 'dockerode'],
  ['core/engines/docker/wired.ts', '../engine.ts'],
  ['core/hosts/good.ts', 'ssh2'],
  ['core/store/good.ts', 'better-sqlite3'],
  ['core/reconciler/good.ts', '../apps/index.ts'],
  ['core/core.ts', './apps/good.ts'],
  ['core/cli/good.ts', '../contract/schema.ts'],
  ['renderer/app/good.ts', '../../core/contract/schema.ts'],
  ['electron/good.ts', '../core/core.ts'],
  ['electron/window.ts', 'electron'],
  ['tests/good.ts', '../lab/plain.ts'],
]

const targets = [
  ...['store', 'hosts', 'engines', 'reconciler', 'desk', 'api', 'apps'].map((name) => `core/${name}/index.ts`),
  ...['core/base/plain.ts', 'core/store/inside.ts', 'core/engines/engine.ts', 'core/engines/process/inside.ts', 'lab/plain.ts'],
  ...['renderer/shared/plain.ts', 'renderer/features/apps/plain.ts'],
]
const packages = ['zod', 'kysely', 'dockerode', 'ssh2', 'better-sqlite3', 'electron', '@orpc/server']

let root: string
const fired = new Map<string, Set<string>>()

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'spacefort-rules-'))
  for (const file of targets) write(file, 'export const value = 1\n')
  for (const name of packages) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
    write(`node_modules/${name}/index.js`, 'exports.value = 1\n')
  }
  write('package.json', JSON.stringify({ dependencies: Object.fromEntries(packages.map((name) => [name, '1.0.0'])) }))
  write('core/base/right.ts', "import './left.ts'\n")
  for (const [file, imported] of [...planted, ...allowed]) {
    const line = `import '${imported}'\n`
    write(file, file.endsWith('.vue') ? `<script setup lang="ts">\n${line}</script>\n` : line)
  }
  const { options, forbidden } = config
  const result = await cruise(['core', 'electron', 'renderer', 'lab', 'tests'], {
    ...options,
    baseDir: root,
    validate: true,
    ruleSet: { forbidden },
  })
  for (const { rule, from } of (result.output as ICruiseResult).summary.violations) {
    fired.set(from, (fired.get(from) ?? new Set()).add(rule.name))
  }
})

afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('import rules', () => {
  it.each(planted)('%s importing %s breaks %s', (file, _imported, rule) => {
    expect([...(fired.get(file) ?? [])]).toContain(rule)
  })

  it.each(allowed)('%s may import %s', (file) => {
    expect([...(fired.get(file) ?? [])]).toEqual([])
  })

  it('gives every folder of the core its place', () => {
    const folders = readdirSync(join(import.meta.dirname, '../core'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const placed = new Set([...LAYERS.flat(), 'cli'])
    expect(folders.map(({ name }) => name).filter((name) => !placed.has(name))).toEqual([])
  })

  it('has a planted violation for every rule', () => {
    const names = config.forbidden.map((rule) => rule.name)
    expect(new Set(planted.map(([, , rule]) => rule))).toEqual(new Set(names))
  })
})

function write(file: string, text: string): void {
  const path = join(root, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}
