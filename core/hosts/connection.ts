import { z } from 'zod'
import { unprocessable } from '../base/app-error.ts'
import { Connection, type ConnectionMove, type ConnectionSummary, type EngineKind } from '../contract/index.ts'

type Summary = z.output<typeof ConnectionSummary>

/** The parts of a connection that are kept sealed, by name. */
type ConnectionSecrets = Partial<Record<'privateKey' | 'passphrase' | 'password' | 'key', string>>

export function engineKind(connection: Connection): EngineKind {
  return connection.kind === 'local' || connection.kind === 'ssh' ? 'process' : 'docker'
}

/** Parts a connection into what may be stored openly and what must be sealed. */
export function splitConnection(connection: Connection): { open: unknown; secrets: ConnectionSecrets } {
  if (connection.kind === 'docker-tls') {
    const { key, ...open } = connection
    return { open, secrets: { key } }
  }
  if (connection.kind === 'ssh' || connection.kind === 'docker-ssh') {
    const { privateKey, passphrase, password, ...ssh } = connection.ssh
    const secrets = Object.fromEntries(Object.entries({ privateKey, passphrase, password }).filter(([, value]) => value !== undefined))
    return { open: { ...connection, ssh }, secrets }
  }
  return { open: connection, secrets: {} }
}

/** The inverse of `splitConnection`. */
export function joinConnection(open: unknown, secrets: ConnectionSecrets): Connection {
  const parts = z.looseObject({ kind: z.string(), ssh: z.record(z.string(), z.unknown()).optional() }).parse(open)
  return Connection.parse(parts.ssh ? { ...parts, ssh: { ...parts.ssh, ...secrets } } : { ...parts, ...secrets })
}

/** The same connection with another address, port, user or path; keys, passwords and the pinned key stay unless it names another. */
export function moveConnection(connection: Connection, move: ConnectionMove): Connection {
  const { path, ...way } = Object.fromEntries(Object.entries(move).filter(([, value]) => value !== undefined)) as ConnectionMove
  const moved = {
    ...connection,
    ...('ssh' in connection ? { ssh: { ...connection.ssh, ...way } } : way),
    ...(path === undefined ? {} : { path }),
  }
  const parsed = Connection.safeParse(moved)
  if (parsed.success) return parsed.data
  throw unprocessable(parsed.error.issues.map(({ path: at, message }) => ({ field: ['move', ...at].join('.'), message })))
}

const Shown = z.looseObject({
  kind: z.enum(['local', 'docker-socket', 'docker-tls', 'docker-ssh', 'ssh']),
  address: z.string().optional(),
  port: z.int().optional(),
  path: z.string().optional(),
  ssh: z.looseObject({ address: z.string(), port: z.int(), user: z.string() }).optional(),
})

/** What anyone may see: where it goes, never how it signs in. `open` is the open part of `splitConnection`. */
export function summariseConnection(open: unknown, hostKey: string | null): Summary {
  const { kind, address, port, path, ssh } = Shown.parse(open)
  return {
    kind,
    address: ssh?.address ?? address ?? 'localhost',
    ...((ssh?.port ?? port) === undefined ? {} : { port: ssh?.port ?? port }),
    ...(ssh ? { user: ssh.user } : {}),
    ...(path === undefined ? {} : { path }),
    ...(hostKey === null ? {} : { hostKey }),
  }
}
