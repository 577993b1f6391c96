import { connect as connectTcp, type Socket } from 'node:net'
import { statfs } from 'node:fs/promises'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { safeLookup } from '../../base/safe-lookup.ts'
import { shellQuote, SshError, type SshLink } from '../../hosts/index.ts'
import { EngineError } from '../engine.ts'
import { sharedContext } from './tls-context.ts'

const CONNECT_TIMEOUT_MS = 10_000
const KEEP_ALIVE_MS = 15_000

/** How a Docker Engine and the ports of its host are reached. Every `open` is a new connection. */
export interface DockerTransport {
  /** Where the engine is, for messages, as in "unix:///var/run/docker.sock". */
  readonly where: string
  open(): Promise<Duplex>
  openPort(port: number): Promise<Duplex>
  /** Size of the file system that holds `path` on the host; 0 where that cannot be told. */
  diskBytes(path: string): Promise<number>
  close(): Promise<void>
}

/** The address of a Docker Engine and what both sides prove themselves with, all PEM. */
export interface TlsAddress {
  address: string
  port: number
  ca: string
  cert: string
  key: string
}

export function unixTransport(path: string): DockerTransport {
  const where = `unix://${path}`
  return {
    where,
    open: () => opened(connectTcp({ path }), { event: 'connect', where }),
    openPort: (port) => openTcp('127.0.0.1', port),
    diskBytes: (folder) =>
      statfs(folder).then(
        ({ blocks, bsize }) => blocks * bsize,
        () => 0,
      ),
    close: () => Promise.resolve(),
  }
}

export function tlsTransport(options: TlsAddress): DockerTransport {
  const { address, port } = options
  const where = `${address}:${port}`
  return {
    where,
    // Names are checked by Node even when `servername` stays empty, as it must for an IP address.
    open: async () =>
      opened(connectTls({ host: address, port, lookup: safeLookup, secureContext: sharedContext(options) }), {
        event: 'secureConnect',
        where,
      }),
    openPort: (hostPort) => openTcp(address, hostPort),
    diskBytes: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  }
}

export function sshTransport(link: SshLink, options: { path: string; host: string }): DockerTransport {
  return {
    where: `${options.path} on ${options.host}`,
    open: () => link.dialSocket(options.path),
    openPort: (port) => dialOverSsh(link, options.host, port),
    diskBytes: (folder) => diskOverSsh(link, folder).catch(() => 0),
    close: () => link.close(),
  }
}

function dialOverSsh(link: SshLink, host: string, port: number): Promise<Duplex> {
  return link.dial(port).catch((error: unknown) => {
    const closed = error instanceof SshError && error.reason === 'protocol'
    throw new EngineError(closed ? 'refused' : 'unreachable', closed ? `nothing listens on port ${port} of ${host}` : String(error), {
      cause: error,
    })
  })
}

async function diskOverSsh(link: SshLink, folder: string): Promise<number> {
  const process = await link.run(`df -Pk -- ${shellQuote(folder)}`)
  process.stdin.end()
  process.stderr.resume()
  let text = ''
  for await (const chunk of process.stdout) text += String(chunk)
  const kilobytes = Number(text.trim().split('\n').at(-1)?.split(/\s+/)[1])
  return Number.isSafeInteger(kilobytes) ? kilobytes * 1024 : 0
}

async function openTcp(address: string, port: number): Promise<Duplex> {
  const where = `${address}:${port}`
  return opened(connectTcp({ host: address, port, lookup: safeLookup }), { event: 'connect', where }).catch((error: unknown) => {
    const closed = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
    throw new EngineError(
      closed ? 'refused' : 'unreachable',
      closed ? `nothing listens on ${where}` : `${where} does not answer: ${String(error)}`,
      { cause: error },
    )
  })
}

async function opened(socket: Socket, options: { event: 'connect' | 'secureConnect'; where: string }): Promise<Socket> {
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE_MS)
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy()
      reject(
        Object.assign(new Error(`${options.where} did not accept a connection within ${CONNECT_TIMEOUT_MS / 1000} s`), {
          code: 'ETIMEDOUT',
        }),
      )
    }, CONNECT_TIMEOUT_MS)
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.once(options.event, () => {
      clearTimeout(timer)
      socket.removeAllListeners('error')
      resolve()
    })
  })
  return socket
}
