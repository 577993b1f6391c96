import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import ssh2, {
  type Client,
  type AnyAuthMethod,
  type AuthHandlerMiddleware,
  type ConnectConfig,
  type KeyboardInteractiveAuthMethod,
  type ServerHostKeyAlgorithm,
} from 'ssh2'
import { safeLookup } from '../base/safe-lookup.ts'
import type { SshAccess } from '../contract/index.ts'
import { SshError } from './ssh-error.ts'

export interface SshOptions {
  /** For the whole way: connecting, keys and sign-in. */
  timeoutMs: number
  /** Fingerprint the server must show; null accepts any, and the caller pins what it sees. */
  trustedHostKey: string | null
  /** Called when the server has shown a key that is accepted, before the sign-in. */
  onHostKey?: ((hostKey: string) => void) | undefined
}

export interface SshConnection {
  client: Client
  hostKey: string
}

/** A peer that is silent for three intervals is dead. */
const KEEPALIVE_MS = 2000

const KEY_FAMILIES: ServerHostKeyAlgorithm[][] = [
  ['ssh-ed25519'],
  ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
]

/**
 * Opens one connection, in the order reach, host key, sign-in. A server that shows another key than the trusted one is
 * asked for its keys of other kinds before it is rejected: it may have several, and only one of them is pinned.
 */
export async function connectSsh(access: SshAccess, options: SshOptions): Promise<SshConnection> {
  try {
    return await attempt(access, options)
  } catch (error) {
    if (!(error instanceof SshError) || error.reason !== 'host-key') throw error
    for (const family of KEY_FAMILIES) {
      const connection = await attempt(access, options, family).catch((other: unknown) => {
        if (other instanceof SshError && (other.reason === 'host-key' || other.reason === 'protocol')) return undefined
        throw other
      })
      if (connection) return connection
    }
    throw error
  }
}

function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

async function attempt(access: SshAccess, options: SshOptions, family?: ServerHostKeyAlgorithm[]): Promise<SshConnection> {
  const started = performance.now()
  const where = `${access.address}:${access.port}`
  const socket = await reach(access, options.timeoutMs)
  const client = new ssh2.Client()
  let offered = ''
  let rejected = false
  const credentials = signIn(access)
  const config: ConnectConfig = {
    sock: socket,
    username: access.user,
    readyTimeout: 0,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 2,
    hostVerifier: (key: Buffer) => {
      offered = fingerprint(key)
      rejected = options.trustedHostKey !== null && offered !== options.trustedHostKey
      if (!rejected) options.onHostKey?.(offered)
      return !rejected
    },
    authHandler: credentials.handler,
    ...(family ? { algorithms: { serverHostKey: family } } : {}),
  }
  return new Promise((resolve, reject) => {
    const fail = (error: SshError) => {
      clearTimeout(timer)
      client.destroy()
      socket.destroy()
      reject(error)
    }
    const remaining = Math.max(1, options.timeoutMs - (performance.now() - started))
    const timer = setTimeout(
      () =>
        fail(
          new SshError('unreachable', `${where} did not finish the SSH handshake within ${options.timeoutMs} ms`, {
            finding: { code: 'ssh.handshake', params: { where, seconds: options.timeoutMs / 1000 } },
          }),
        ),
      remaining,
    )
    const explain = (cause: Error & { level?: string }): SshError => {
      if (rejected)
        return new SshError('host-key', `${where} shows the host key ${offered}, but ${String(options.trustedHostKey)} is trusted`, {
          offeredHostKey: offered,
          finding: { code: 'ssh.host-key', params: { where, offered, trusted: String(options.trustedHostKey) } },
        })
      if (cause.level === 'client-authentication') return credentials.refusal(where, cause)
      const why = cause.message
      if (cause.level === 'client-socket' || cause.level === 'client-timeout' || offered !== '')
        return new SshError('unreachable', `the connection to ${where} broke: ${why}`, {
          cause,
          finding: { code: 'ssh.broke', params: { where, why } },
        })
      return new SshError('protocol', `${where} does not speak SSH in a usable way: ${why}`, {
        cause,
        finding: { code: 'ssh.protocol', params: { where, why } },
      })
    }
    // The listener stays: a connection that breaks later reports it by 'error', and nobody else may be listening.
    client.on('error', (error) => fail(explain(error)))
    client.once('close', () => fail(explain(new Error('it was closed by the server'))))
    client.once('ready', () => {
      clearTimeout(timer)
      socket.setKeepAlive(true, KEEPALIVE_MS)
      resolve({ client, hostKey: offered })
    })
    client.connect(config)
  })
}

function reach({ address, port }: SshAccess, timeoutMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true, lookup: safeLookup })
    const where = `${address}:${port}`
    const fail = (error: SshError) => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    const silent = { code: 'ssh.silent', params: { where, seconds: timeoutMs / 1000 } } as const
    const timer = setTimeout(
      () => fail(new SshError('unreachable', `${where} did not answer within ${timeoutMs} ms`, { finding: silent })),
      timeoutMs,
    )
    const onError = (error: NodeJS.ErrnoException) => fail(unreachable({ address, where }, error))
    socket.once('error', onError)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', onError)
      resolve(socket)
    })
  })
}

function unreachable({ address, where }: { address: string; where: string }, cause: NodeJS.ErrnoException): SshError {
  const params = { where, address, why: cause.message }
  if (cause.code === 'ECONNREFUSED')
    return new SshError('unreachable', `${where} refuses connections: no SSH server listens there`, {
      cause,
      finding: { code: 'ssh.refused', params },
    })
  if (cause.code === 'ENOTFOUND')
    return new SshError('unreachable', `there is no address for the name "${address}"`, {
      cause,
      finding: { code: 'ssh.no-address', params },
    })
  return new SshError('unreachable', `${where} cannot be reached: ${cause.message}`, {
    cause,
    finding: { code: 'ssh.unreachable', params },
  })
}

/**
 * The sign-in methods to try. A private key that cannot be read is told only when its turn comes, so that an
 * unreachable host or a changed host key is told first.
 */
function signIn(access: SshAccess): { handler: AuthHandlerMiddleware; refusal: (where: string, cause: Error) => SshError } {
  const { user: username, password, privateKey } = access
  const key = privateKey === undefined ? undefined : ssh2.utils.parseKey(privateKey, access.passphrase)
  const methods: (AnyAuthMethod | false)[] = []
  if (privateKey !== undefined && !(key instanceof Error))
    methods.push({
      type: 'publickey',
      username,
      key: privateKey,
      ...(access.passphrase === undefined ? {} : { passphrase: access.passphrase }),
    })
  if (password !== undefined) {
    const answer: KeyboardInteractiveAuthMethod['prompt'] = (...[, , , prompts, finish]) => finish(prompts.map(() => password))
    methods.push({ type: 'password', username, password }, { type: 'keyboard-interactive', username, prompt: answer })
  }
  return {
    handler: (_left, _partial, next) => {
      // The typings leave out that false ends the sign-in.
      const proceed = next as (method: AnyAuthMethod | false) => void
      proceed(methods.shift() ?? false)
    },
    refusal: (where, cause) =>
      key instanceof Error
        ? new SshError('auth', `the private key cannot be used: ${key.message}`, {
            cause,
            finding: { code: 'ssh.private-key', params: { why: key.message } },
          })
        : new SshError('auth', `${where} refused the sign-in of user "${username}"`, {
            cause,
            finding: { code: 'ssh.sign-in', params: { where, user: username } },
          }),
  }
}
