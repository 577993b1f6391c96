import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** The folder given as --data DIR. Ends the program with a clear word where it was not given or has nothing to read. */
export function dataDir(needs: string): string {
  const { values } = parseArgs({ options: { data: { type: 'string' } }, strict: false })
  const given = typeof values.data === 'string' ? values.data : undefined
  if (given === undefined) refuse(`say where the recorded data is: --data DIR, a folder with ${needs}`)
  if (!existsSync(given)) refuse(`${given}: there is no such folder`)
  return given
}

/** The first of some places below a folder that is there. */
export function firstOf(dir: string, places: readonly string[]): string | undefined {
  return places.map((place) => join(dir, place)).find((path) => existsSync(path))
}

export function refuse(message: string): never {
  process.stderr.write(`error: ${message}\n`)
  process.exit(2)
}
