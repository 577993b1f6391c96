import type { Connection, SshAccess } from '../contract/index.ts'
import { openSsh, type SshLink } from '../hosts/index.ts'
import { createDockerEngine, sshTransport, tlsTransport, unixTransport } from './docker/index.ts'
import type { Engine } from './engine.ts'
import { createLocalProcessEngine, createSshProcessEngine } from './process/index.ts'

export interface ConnectOptions {
  /** Fingerprint the SSH server must show; null goes by the connection's own `hostKey`, or else accepts any and reports it. */
  trustedHostKey: string | null
  timeoutMs: number
  /** Folder for the state of processes on this workstation. */
  stateDir: string
  /** Called when an SSH server has shown a key that is accepted, before the sign-in. */
  onHostKey?: ((hostKey: string) => void) | undefined
}

export interface OpenedConnection {
  /** Closing it closes everything that was opened. */
  engine: Engine
  /** The SSH connection below, where there is one. */
  link: SshLink | null
}

/**
 * Opens a host's connection and gives its engine, with the SSH fingerprint where there is one. Rejects with `SshError` when
 * SSH does not get through; whether an engine answers beyond that is for its first call to find out.
 */
export async function connectEngine(connection: Connection, options: ConnectOptions): Promise<{ engine: Engine; hostKey: string | null }> {
  const { engine, link } = await openConnection(connection, options)
  return { engine, hostKey: link?.hostKey ?? null }
}

export async function openConnection(connection: Connection, options: ConnectOptions): Promise<OpenedConnection> {
  const { timeoutMs, stateDir } = options
  switch (connection.kind) {
    case 'local':
      return { engine: createLocalProcessEngine({ stateDir }), link: null }
    case 'docker-socket':
      return { engine: createDockerEngine({ transport: unixTransport(connection.path), timeoutMs }), link: null }
    case 'docker-tls':
      return { engine: createDockerEngine({ transport: tlsTransport(connection), timeoutMs }), link: null }
    case 'ssh': {
      const link = await signIn(connection.ssh, options)
      return { engine: createSshProcessEngine(link), link }
    }
    case 'docker-ssh': {
      const link = await signIn(connection.ssh, options)
      const transport = sshTransport(link, { path: connection.path, host: connection.ssh.address })
      return { engine: createDockerEngine({ transport, timeoutMs }), link }
    }
  }
}

function signIn(ssh: SshAccess, { trustedHostKey, timeoutMs, onHostKey }: ConnectOptions): Promise<SshLink> {
  return openSsh(ssh, { timeoutMs, trustedHostKey: trustedHostKey ?? ssh.hostKey ?? null, onHostKey })
}
