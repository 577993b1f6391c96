import type { Readable } from 'node:stream'
import type { Command } from 'commander'
import { createClient, type Client } from '../contract/client.ts'
import { API_PREFIX, type Check } from '../contract/index.ts'
import { resolveServer, type Server } from './config.ts'
import { createOutput, type Output } from './output.ts'
import type { Terminal } from './terminal.ts'
import { createTransport, type Fetch } from './transport.ts'

interface Globals {
  url?: string
  token?: string
  json?: boolean
  color?: boolean
}

/** A command's connection to a server. */
export interface Session {
  client: Client
  server: Server
  out: Output
  /** Calls one of the few addresses below the API that carry files instead of JSON. */
  send(path: string, init?: RequestInit & { duplex?: 'half' }): Promise<Response>
}

/** What can be done with a data folder while no server runs on it. */
export interface LocalCore {
  doctor(dataDir: string): Promise<{ ok: boolean; checks: Check[] }>
  backup(dataDir: string, withKey: boolean): Promise<Readable>
}

/** What every command is made with: the terminal, and how to get output and a server from its options. */
export interface Cli {
  terminal: Terminal
  fetch: Fetch
  local?: LocalCore
  globals(command: Command): Globals
  output(command: Command): Output
  open(command: Command): Promise<Session>
}

export function createCli(terminal: Terminal, options: { fetch?: Fetch | undefined; local?: LocalCore | undefined } = {}): Cli {
  const { fetch: fetchOnce = fetch, local } = options
  const globals = (command: Command) => command.optsWithGlobals<Globals>()
  const output = (command: Command) => {
    const { json, color } = globals(command)
    return createOutput(terminal, { json: json === true, colour: color !== false })
  }
  return {
    terminal,
    fetch: fetchOnce,
    ...(local ? { local } : {}),
    globals,
    output,
    async open(command) {
      const server = await resolveServer(terminal.env, globals(command))
      return openSession(server, { fetch: fetchOnce, out: output(command) })
    },
  }
}

export function openSession(server: Server, { fetch: fetchOnce, out }: { fetch: Fetch; out: Output }): Session {
  const transport = createTransport(fetchOnce)
  const client = createClient({ url: server.url, fetch: transport, ...(server.token ? { token: server.token } : {}) })
  return {
    client,
    server,
    out,
    send(path, init) {
      const request = new Request(`${server.url}${API_PREFIX}${path}`, init)
      if (server.token) request.headers.set('authorization', `Bearer ${server.token}`)
      // A streamed body cannot be sent twice.
      return init?.duplex ? fetchOnce(request) : transport(request)
    },
  }
}
