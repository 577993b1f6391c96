import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { addLocalCommands, localCore } from '../local-commands.ts'
import { programFolder } from './program-folder.ts'
import { createProgram } from './program.ts'
import { reference } from './reference.ts'
import { createCli } from './session.ts'

it('docs/cli.md is what the program says; else run: npx spacefort __reference > docs/cli.md', () => {
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough(), env: {} }
  const program = createProgram(createCli(terminal, { local: localCore }), addLocalCommands)
  expect(readFileSync(join(programFolder(), 'docs', 'cli.md'), 'utf8').trimEnd()).toBe(reference(program).trimEnd())
})
