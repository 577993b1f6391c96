import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EXIT } from './exit-code.ts'
import { CliError } from './failure.ts'

/** Folder this program was installed or built in: the nearest one above that has the package's description. */
export function programFolder(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder))
      throw new CliError(EXIT.failure, 'the program is not completely installed', { hint: 'install it again' })
  }
}

export function programVersion(): string {
  const { version } = JSON.parse(readFileSync(join(programFolder(), 'package.json'), 'utf8')) as { version: string }
  return version
}
