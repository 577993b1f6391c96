import { dirname, isAbsolute, join } from 'node:path'
import { AppSpec } from '../contract/index.ts'
import { prepareArtifact, type Artifact } from './artifact.ts'
import { parseDocuments, readDocuments, type Document } from './documents.ts'
import { EXIT } from './exit-code.ts'
import { CliError, issuesOf } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** An app as described in a file, checked, with the artifact it brings along. */
export interface DescribedApp {
  spec: AppSpec
  artifact?: Artifact
}

/**
 * Reads the apps of a file. An `artifact` that is a path, relative to the file, is packed and replaced by its digest; the
 * caller sends it and disposes of it.
 */
export async function readApps(terminal: Terminal, path: string): Promise<DescribedApp[]> {
  const apps: DescribedApp[] = []
  try {
    for (const document of await readDocuments(terminal, path)) apps.push(await describe(document, path))
  } catch (error) {
    await disposeAll(apps)
    throw error
  }
  return apps
}

/** The apps of a text that needs no files. */
export function parseApps(text: string, name: string): DescribedApp[] {
  return parseDocuments(text, name).map(({ value, origin }) => ({ spec: check(value, origin) }))
}

export async function disposeAll(apps: DescribedApp[]): Promise<void> {
  for (const app of apps) await app.artifact?.dispose()
}

async function describe({ value, origin }: Document, file: string): Promise<DescribedApp> {
  const source = value.artifact
  if (typeof source !== 'string' || source.startsWith('sha256:')) return { spec: check(value, origin) }
  check({ ...value, artifact: `sha256:${'0'.repeat(64)}` }, origin)
  const folder = file === '-' ? '.' : dirname(file)
  const artifact = await prepareArtifact(isAbsolute(source) ? source : join(folder, source), file)
  return { spec: check({ ...value, artifact: `sha256:${artifact.digest}` }, origin), artifact }
}

function check(value: unknown, origin: string): AppSpec {
  const parsed = AppSpec.safeParse(value)
  if (parsed.success) return parsed.data
  throw new CliError(EXIT.badInput, `${origin} does not describe an app`, {
    issues: issuesOf(parsed.error),
    hint: '"spacefort schema" prints the JSON Schema, "spacefort sample shop" an example',
  })
}
