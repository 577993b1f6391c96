import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { createClient } from '../core/contract/client.ts'
import type { HostInput } from '../core/contract/index.ts'

export interface ConsoleAccess {
  url: string
  token: string
}

/** The console given on the command line, else in SPACEFORT_URL; undefined when none is. The token is never an argument. */
export function consoleAccess(url = process.env.SPACEFORT_URL, token = process.env.SPACEFORT_TOKEN): ConsoleAccess | undefined {
  if (!url) return undefined
  if (!token) throw new Error(`to sign in at ${url}, put an administrator token into SPACEFORT_TOKEN`)
  return { url, token }
}

/**
 * Adds the lab's hosts to a running console. A host the console knows from an earlier lab gets the new keys. Resolves to
 * how many were added and renewed; rejects with every line the console did not take.
 */
export async function addToConsole(inventoryPath: string, access: ConsoleAccess): Promise<{ added: number; renewed: number }> {
  const client = createClient(access)
  const text = await readFile(inventoryPath, 'utf8')
  const hosts = parse(text) as HostInput[]
  const report = await client.hosts.importMany({ format: 'yaml', text })
  const invalid = report.lines.filter((line) => line.status === 'invalid')
  if (invalid.length > 0) {
    const reasons = invalid.map((line) => `${line.name ?? `line ${line.line}`}: ${line.issues.map((issue) => issue.message).join('; ')}`)
    throw new Error(`the console did not take these hosts:\n${reasons.join('\n')}`)
  }
  const known = new Set(report.lines.filter((line) => line.status === 'exists').map((line) => line.name))
  const renewed = hosts.filter((host) => known.has(host.name))
  for (const { name, connection } of renewed) await client.hosts.update({ name, connection })
  return { added: report.added, renewed: renewed.length }
}
