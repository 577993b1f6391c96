import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { serve, type RunningServer, type ServeOptions } from './api/index.ts'
import { CLI_TOKEN_FILE, SERVER_FILE, writePrivate } from './cli/index.ts'
import { API_PREFIX } from './contract/index.ts'
import type { Core } from './core.ts'

/** Offers a core over HTTP or HTTPS. What comes over the network is never taken for the desktop's own window. */
export function openServer(core: Core, options: ServeOptions): Promise<RunningServer> {
  const front: Parameters<typeof serve>[0] = {
    fetch: (request, { remote, allowedHosts, closing }) =>
      core.fetch(request, { remote, ...(allowedHosts ? { allowedHosts } : {}), ...(closing ? { closing } : {}) }),
  }
  return serve(front, options)
}

/** Says in the data folder where the server is, so that the command line of the same user finds it and may use it. */
export async function publishServer(core: Core, dataDir: string, url: string): Promise<{ token: string }> {
  const token = await localToken(core, dataDir)
  await writePrivate(join(dataDir, SERVER_FILE), JSON.stringify({ url, pid: process.pid }))
  return { token }
}

export async function withdrawServer(dataDir: string): Promise<void> {
  await rm(join(dataDir, SERVER_FILE), { force: true })
}

/** The token for the command line of the same user; one that still works is kept, so that scripts survive a restart. */
async function localToken(core: Core, dataDir: string): Promise<string> {
  const file = join(dataDir, CLI_TOKEN_FILE)
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (kept !== '' && (await works(core, kept))) return kept
  const token = await core.mintToken('local-cli')
  await writePrivate(file, `${token}\n`)
  return token
}

async function works(core: Core, token: string): Promise<boolean> {
  const request = new Request(`http://localhost${API_PREFIX}/session`, { headers: { authorization: `Bearer ${token}` } })
  return (await core.fetch(request)).ok
}
