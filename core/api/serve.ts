import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isIP, type AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { AppError } from '../base/app-error.ts'
import { answerBrokenRequests, MAX_HEADER_BYTES, senselessRequest } from './broken-requests.ts'
import type { ApiContext } from './guard.ts'

export interface ServeOptions {
  /** Default 127.0.0.1: nobody outside this machine can connect. */
  host?: string
  /** 0 = any free port. */
  port: number
  /** PEM texts. */
  tls?: { cert: string; key: string }
  /** Names the server may be called by, besides localhost and the address it listens at. */
  allowedHosts?: readonly string[]
}

export interface RunningServer {
  url: string
  /** Takes no new connections, ends open streams, and resolves when every answer under way has been sent or 5 s have passed. */
  close: () => Promise<void>
}

const HEADERS_TIMEOUT_MS = 15_000
/** Long, because a big artifact over a slow line takes its time. */
const REQUEST_TIMEOUT_MS = 30 * 60_000
const KEEP_ALIVE_TIMEOUT_MS = 65_000
const CLOSE_TIMEOUT_MS = 5_000
const SWEEP_MS = 20

/** Offers the core over HTTP or HTTPS. Rejects, with what to do, when the address cannot be used. */
export async function serve(
  core: { fetch: (request: Request, context: ApiContext) => Promise<Response> },
  options: ServeOptions,
): Promise<RunningServer> {
  const { host = '127.0.0.1', port, tls } = options
  const closing = new AbortController()
  const allowedHosts = [...(options.allowedHosts ?? []), ...(isWildcard(host) ? [] : [isIP(host) === 6 ? `[${host}]` : host])]
  const listener = getRequestListener(
    (request, env) => {
      const remote = (env as HttpBindings).incoming.socket.remoteAddress ?? 'unknown'
      return core.fetch(request, { remote, allowedHosts, closing: closing.signal })
    },
    { overrideGlobalObjects: false, errorHandler: senselessRequest },
  )
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Refused further in, where the answer can say what is wrong.
    requireHostHeader: false,
  }
  const handle = (...args: Parameters<typeof listener>) => void listener(...args)
  const server = tls
    ? createTlsServer({ ...limits, cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' }, handle)
    : createServer(limits, handle)
  answerBrokenRequests(server)
  await listen(server, host, port)
  const { address, port: actualPort } = server.address() as AddressInfo
  const name = isWildcard(address) ? 'localhost' : isIP(address) === 6 ? `[${address}]` : address
  return { url: `${tls ? 'https' : 'http'}://${name}:${actualPort}`, close: () => close(server, closing) }
}

const isWildcard = (host: string) => host === '0.0.0.0' || host === '::'

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE'
      const hint = taken ? 'Stop what uses it, or choose another one with --port.' : 'Choose another address with --host and --port.'
      reject(
        new AppError('CONFLICT', taken ? `port ${port} of ${host} is taken` : `cannot listen at ${host}:${port}: ${cause.message}`, {
          cause,
          details: { hint },
        }),
      )
    })
    server.listen(port, host, () => resolve())
  })
}

function close(server: Server, closing: AbortController): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS)
    // A connection whose answer has just been sent stays open for another request; nobody else would end it.
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
    server.close(() => {
      clearTimeout(cut)
      clearInterval(sweep)
      resolve()
    })
    closing.abort()
  })
}
