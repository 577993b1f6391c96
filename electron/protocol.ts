import { protocol } from 'electron'
import { ORIGIN, originOf, SCHEME, SHELL_ORIGIN } from './origin.ts'

export type Handler = (request: Request) => Promise<Response>

/** Makes the console's scheme a proper origin: storage, fetch, event streams and the content security policy. Before `ready`. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ])
}

/**
 * Hands every request of this computer's windows to the console or to the shell's own pages. No port is opened; windows on other
 * consoles live in sessions that do not know the scheme.
 */
export function handleRequests({ console, shell }: { console: Handler; shell: Handler }): void {
  protocol.handle(SCHEME, (request) => {
    const origin = originOf(request.url)
    if (origin === ORIGIN) return console(request)
    return origin === SHELL_ORIGIN ? shell(request) : new Response(null, { status: 404 })
  })
}
