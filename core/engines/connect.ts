import type { Connection } from '../contract/index.ts'
import { openSsh } from '../hosts/index.ts'
import { createDockerEngine, sshTransport, tlsTransport, unixTransport } from './docker/index.ts'
import type { Engine } from './engine.ts'
import { createLocalProcessEngine, createSshProcessEngine } from './process/index.ts'

export interface ConnectOptions {
  /** Fingerprint the SSH server must show; null accepts any and reports it. */
  trustedHostKey: string | null
  timeoutMs: number
  /** Folder for the state of processes on this workstation. */
  stateDir: string
}

/** Opens a host's connection and gives its engine, with the SSH fingerprint where there is one. Closing the engine closes all. */
export async function connectEngine(connection: Connection, options: ConnectOptions): Promise<{ engine: Engine; hostKey: string | null }> {
  const { trustedHostKey, timeoutMs, stateDir } = options
  switch (connection.kind) {
    case 'local':
      return { engine: createLocalProcessEngine({ stateDir }), hostKey: null }
    case 'docker-socket':
      return { engine: createDockerEngine({ transport: unixTransport(connection.path), timeoutMs }), hostKey: null }
    case 'docker-tls':
      return { engine: createDockerEngine({ transport: tlsTransport(connection), timeoutMs }), hostKey: null }
    case 'ssh': {
      const link = await openSsh(connection.ssh, { timeoutMs, trustedHostKey })
      return { engine: createSshProcessEngine(link), hostKey: link.hostKey }
    }
    case 'docker-ssh': {
      const link = await openSsh(connection.ssh, { timeoutMs, trustedHostKey })
      const transport = sshTransport(link, { path: connection.path, host: connection.ssh.address })
      return { engine: createDockerEngine({ transport, timeoutMs }), hostKey: link.hostKey }
    }
  }
}
