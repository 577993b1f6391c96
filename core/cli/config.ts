import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { EXIT } from './exit-code.ts'
import { CliError } from './failure.ts'
import { CLI_TOKEN_FILE, configFile, defaultDataDir, SERVER_FILE } from './paths.ts'

type Environment = Record<string, string | undefined>

const Config = z.object({ url: z.string(), token: z.string().optional(), tokenId: z.string().optional(), user: z.string().optional() })
/** What `login` remembers. */
export type Config = z.output<typeof Config>

/** A server to talk to, and how it was found. */
export interface Server {
  url: string
  token?: string
  source: 'flag' | 'environment' | 'login' | 'local'
}

export async function loadConfig(env: Environment): Promise<Config | undefined> {
  const path = configFile(env)
  const text = await readIfThere(path)
  if (text === undefined) return undefined
  const config = Config.safeParse(parseJson(text))
  if (!config.success) {
    throw new CliError(EXIT.badInput, `${path} is damaged`, { hint: 'delete it and sign in again with "spacefort login"' })
  }
  return config.data
}

/** Replaces the file in one step; only the user can read it. */
export async function saveConfig(env: Environment, config: Config): Promise<string> {
  const path = configFile(env)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writePrivate(path, `${JSON.stringify(config, null, 2)}\n`)
  return path
}

export async function removeConfig(env: Environment): Promise<void> {
  await rm(configFile(env), { force: true })
}

export async function writePrivate(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.new`
  await writeFile(fresh, text, { mode: 0o600 })
  await chmod(fresh, 0o600)
  await rename(fresh, path)
}

/**
 * Decides which server is meant: flags, then `SPACEFORT_URL` and `SPACEFORT_TOKEN`, then the last login, then a server
 * running here. A remembered token is only ever used for the server it belongs to.
 */
export async function resolveServer(env: Environment, flags: { url?: string; token?: string }): Promise<Server> {
  const url = flags.url ?? env.SPACEFORT_URL
  const token = flags.token ?? env.SPACEFORT_TOKEN
  const known = [await loginServer(env), await localServer(env)].filter((server) => server !== undefined)
  const found = url === undefined ? known[0] : known.find((server) => server.url === origin(url))
  if (url === undefined && !found) {
    throw new CliError(EXIT.unreachable, 'no server is known, and none runs here', {
      hint: 'start one with "spacefort serve", or name one with "spacefort login URL", --url or SPACEFORT_URL',
    })
  }
  const usedToken = token ?? found?.token
  return {
    url: url === undefined ? (found?.url ?? '') : origin(url),
    ...(usedToken === undefined ? {} : { token: usedToken }),
    source: flags.url ? 'flag' : url ? 'environment' : (found?.source ?? 'local'),
  }
}

/** The address without path, query or credentials; throws when it is not a web address. */
export function origin(text: string): string {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    throw new CliError(EXIT.badInput, `"${text}" is not the address of a server`, { hint: 'write it as "http://127.0.0.1:7420"' })
  }
  return url.origin
}

async function loginServer(env: Environment): Promise<Server | undefined> {
  const config = await loadConfig(env)
  return config && { url: origin(config.url), ...(config.token ? { token: config.token } : {}), source: 'login' }
}

const ServerFile = z.object({ url: z.string(), pid: z.int() })

async function localServer(env: Environment): Promise<Server | undefined> {
  const dataDir = defaultDataDir(env)
  const text = await readIfThere(join(dataDir, SERVER_FILE))
  const file = ServerFile.safeParse(text === undefined ? undefined : parseJson(text)).data
  if (!file || !isAlive(file.pid)) return undefined
  const token = (await readIfThere(join(dataDir, CLI_TOKEN_FILE)))?.trim()
  return { url: origin(file.url), ...(token ? { token } : {}), source: 'local' }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
