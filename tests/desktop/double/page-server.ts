import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { calls } from './calls.ts'

type SchemeHandler = (request: Request) => Response | Promise<Response>

const handlers = new Map<string, SchemeHandler>()
let port = 0

export function setHandler(scheme: string, handler: SchemeHandler): void {
  if (handlers.has(scheme)) throw new Error(`The scheme "${scheme}" has been handled already`)
  handlers.set(scheme, handler)
}

/** app://console/x ⇄ http://console.app.localhost:PORT/x, which Chromium takes for a secure origin of its own. */
export function toHttp(address: string): string {
  if (!address.startsWith('app:')) return address
  const { host, pathname, search, hash } = new URL(address)
  return `http://${host}.app.localhost:${port}${pathname}${search}${hash}`
}

export function toApp(address: string): string {
  return address.replace(/^http:\/\/([a-z0-9-]+)\.app\.localhost:\d+/, 'app://$1')
}

/** Gives the scheme's handler every request of the pages, and streams its answers. Resolves when it listens. */
export async function listen(): Promise<void> {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error: unknown) => {
      console.error('the scheme handler failed', error)
      outgoing.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
  server.unref()
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const handler = handlers.get('app')
  if (!handler) throw new Error('a page asked before protocol.handle was called')
  const response = await handler(await toRequest(incoming))
  outgoing.writeHead(response.status, [...response.headers].flat())
  outgoing.flushHeaders()
  const reader = response.body?.getReader()
  if (!reader) return void outgoing.end()
  // As in Electron: a page that goes away cancels the body, and the request's signal never hears of it.
  const page = { open: true }
  outgoing.once('close', () => {
    if (!page.open) return
    page.open = false
    reader.cancel().then(
      () => calls.add('body cancelled', incoming.url),
      () => undefined,
    )
  })
  while (page.open) {
    const { done, value } = await reader.read()
    if (done) {
      page.open = false
      return void outgoing.end()
    }
    if (!outgoing.write(value)) await Promise.race([once(outgoing, 'drain'), once(outgoing, 'close')])
  }
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headers)) {
    // A custom scheme has no host and no connection.
    if (value === undefined || name === 'host' || name === 'connection') continue
    headers.set(name, toApp(String(value)))
  }
  const method = incoming.method ?? 'GET'
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks)
  return new Request(toApp(`http://${incoming.headers.host}${incoming.url}`), { method, headers, body })
}
