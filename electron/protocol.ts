import { protocol } from 'electron'
import { isOwnPage, SCHEME } from './origin.ts'

export type Handler = (request: Request) => Promise<Response>

/** Makes the console's scheme a proper origin: storage, fetch, event streams and the content security policy. Before `ready`. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ])
}

/** Hands every request of the windows to `handler`. No port is opened; nobody but the windows can send one. */
export function handleRequests(handler: Handler): void {
  protocol.handle(SCHEME, (request) => (isOwnPage(request.url) ? handler(request) : new Response(null, { status: 404 })))
}
