import { readFile, stat } from 'node:fs/promises'
import { LineCounter, parseAllDocuments } from 'yaml'
import { EXIT } from './exit-code.ts'
import { CliError } from './failure.ts'
import { readInput } from './prompt.ts'
import type { Terminal } from './terminal.ts'

const MAX_BYTES = 5_000_000
// Enough for anchors people write; a document that multiplies itself ("billion laughs") is refused.
const MAX_ALIASES = 100

/** One object of a file, with where it came from for messages. */
export interface Document {
  origin: string
  value: Record<string, unknown>
}

/** Text of a file, or of standard input for "-". */
export async function readText(terminal: Terminal, path: string): Promise<string> {
  if (path === '-') return readInput(terminal)
  try {
    if ((await stat(path)).size > MAX_BYTES) throw new CliError(EXIT.badInput, `${path} is longer than 5 MB`)
    return await readFile(path, 'utf8')
  } catch (error) {
    throw error instanceof CliError ? error : fileError(path, error)
  }
}

/** Reads the objects of a YAML file (several are divided by "---") or a JSON file. */
export async function readDocuments(terminal: Terminal, path: string): Promise<Document[]> {
  return parseDocuments(await readText(terminal, path), path === '-' ? 'standard input' : path)
}

/** The objects of a YAML text, or a JSON text if `name` ends in ".json". */
export function parseDocuments(text: string, name: string): Document[] {
  const values = name.endsWith('.json') ? [parseJson(text, name)] : parseYaml(text, name)
  const documents = values.map((value, index) => ({ value, origin: values.length > 1 ? `${name} (document ${index + 1})` : name }))
  if (documents.length === 0) throw new CliError(EXIT.badInput, `${name} is empty`)
  for (const { value, origin } of documents) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new CliError(EXIT.badInput, `${origin} is not a list of fields`)
  }
  return documents as Document[]
}

function parseYaml(text: string, name: string): unknown[] {
  const lines = new LineCounter()
  const documents = parseAllDocuments(text, { lineCounter: lines, logLevel: 'error' })
  if (!Array.isArray(documents)) return []
  const values = documents.map((document) => {
    const [error] = document.errors
    if (error) {
      const { line, col } = lines.linePos(error.pos[0])
      throw new CliError(EXIT.badInput, `${name}:${line}:${col}: ${error.message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? ''}`)
    }
    try {
      return document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown
    } catch (cause) {
      throw new CliError(EXIT.badInput, `${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    }
  })
  // Two "---" in a row, or one at the end, make an empty document that nobody meant.
  return values.filter((value) => value !== null && value !== undefined)
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new CliError(EXIT.badInput, `${name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** Says in one line why a file cannot be used. */
export function fileError(path: string, error: unknown): CliError {
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'no permission',
    EISDIR: 'it is a folder',
    ENOSPC: 'the disk is full',
  }
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return new CliError(code === 'ENOENT' ? EXIT.notFound : EXIT.failure, `${path}: ${reasons[code] ?? String(error)}`, { cause: error })
}
