import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '../program.ts'
import { createCli } from '../session.ts'
import { bashScript, zshScript } from './bash-zsh.ts'
import { commandTree, flatten } from './command-tree.ts'
import { fishScript } from './fish.ts'

const has = (shell: string) => spawnSync(shell, ['-c', ':']).status === 0
const tree = commandTree(
  createProgram(createCli({ stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {} })),
)
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spacefort-completion-'))
  // Stands for the program in the one place where a shell calls it: for names only a server knows.
  writeFileSync(join(folder, 'spacefort'), '#!/bin/sh\n[ "$1" = __complete ] && [ "$2" = app ] && printf "shop\\nstock\\n"\n')
  chmodSync(join(folder, 'spacefort'), 0o755)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function shell(name: string, script: string): string[] {
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH ?? ''}` }
  const { stdout, stderr } = spawnSync(name, ['-c', script], { env, encoding: 'utf8', timeout: 20_000 })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((line) => line !== '')
}

/** What bash offers for the last word. */
function bash(...words: string[]): string[] {
  const list = words.map((word) => `'${word}'`).join(' ')
  return shell(
    'bash',
    `${bashScript(tree)}\nCOMP_WORDS=(spacefort ${list}); COMP_CWORD=${words.length}; _spacefort; printf '%s\\n' "\${COMPREPLY[@]}"`,
  )
}

describe('commandTree', () => {
  it('knows every command and says of each what its words are', () => {
    const paths = flatten(tree).map((node) => node.path)
    expect(paths).toEqual(expect.arrayContaining(['app apply', 'app exec', 'host trust-key', 'events', 'completion']))
    expect(paths.join()).not.toContain('__')
    const scale = flatten(tree).find((node) => node.path === 'app scale')
    expect(scale?.arguments[0]).toEqual({ kind: 'names', of: 'app' })
    expect(scale?.options.flatMap((option) => option.flags)).toEqual(expect.arrayContaining(['--wait', '--json', '--url']))
  })
})

describe.runIf(has('bash'))('bash', () => {
  it.each([
    [['app', 'sc'], ['scale']],
    [
      ['app', 'scale', ''],
      ['shop', 'stock'],
    ],
    [['app', 'scale', 'st'], ['stock']],
    [['--json', 'app', 'logs', '--tail', '5', 'sh'], ['shop']],
    [
      ['host', 'add', '--kind', 'docker-s'],
      ['docker-socket', 'docker-ssh'],
    ],
    [['host', 'add', '--kind', '=', 'docker-t'], ['docker-tls']],
    [['app', 'exec', 'shop', '--', 'l'], []],
    [['user', 'add', 'ana', '--ro'], ['--role']],
  ])('completes %j', (words, expected) => expect(bash(...words)).toEqual(expected))
})

describe.runIf(has('fish'))('fish', () => {
  const fish = (line: string) =>
    shell('fish', `${fishScript(tree)}\ncomplete -C ${JSON.stringify(line)}`).map((text) => text.split('\t')[0])
  it.each([
    ['spacefort app sc', ['scale']],
    ['spacefort app scale ', ['shop', 'stock']],
    ['spacefort host add --kind docker-t', ['docker-tls']],
    ['spacefort app logs --tail ', []],
  ])('completes "%s"', (line, expected) => expect(fish(line)).toEqual(expected))
})

describe.runIf(has('zsh'))('zsh', () => {
  it('loads the script', () => {
    writeFileSync(join(folder, 'script.zsh'), zshScript(tree))
    expect(
      shell('zsh', `autoload -Uz compinit && compinit -u -D; source ${join(folder, 'script.zsh')}; print -r -- $_comps[spacefort]`),
    ).toEqual(['_spacefort'])
  })

  it('offers commands with descriptions, and names', () => {
    writeFileSync(join(folder, 'script.zsh'), zshScript(tree))
    // The builtins of a running completion are replaced by ones that print what they are given.
    const probe = `compdef() { : }; source ${join(folder, 'script.zsh')}; _describe() { print -rl -- \${(P)2} }; compadd() { shift; print -rl -- $@ }
      words=(spacefort app ''); CURRENT=3; _spacefort; words=(spacefort app scale ''); CURRENT=4; _spacefort`
    const lines = shell('zsh', probe)
    expect(lines).toContain('scale:change the number of instances')
    expect(lines.slice(-2)).toEqual(['shop', 'stock'])
  })
})
