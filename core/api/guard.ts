import type { Access } from '../access/index.ts'
import { includesRole } from '../access/index.ts'
import { AppError } from '../base/app-error.ts'
import type { Principal } from '../base/routing.ts'
import type { OperationMeta } from '../contract/index.ts'

/** What the server or the shell knows about a request besides the request itself. */
export interface ApiContext {
  /** Address of the peer. */
  remote: string
  /** Who calls, where the shell vouches for it (the desktop window); left out, the request has to show a credential. */
  principal?: Principal | undefined
  /** Names this server may be called by, besides those of the configuration. */
  allowedHosts?: readonly string[] | undefined
  /** Ends open streams when the server stops. */
  closing?: AbortSignal | undefined
}

export interface Arrival {
  request: Request
  url: URL
  context: ApiContext
}

const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])
const DESKTOP_HOST = 'console'

export const isRead = (method: string) => method === 'GET' || method === 'HEAD'

/**
 * Refuses a name that is not ours, which is what DNS rebinding looks like, and a request that another site's page sends.
 * Ports are part of an origin: another program on this machine is another site.
 */
export function checkSite({ request, url, context }: Arrival, configured: readonly string[]): void {
  const isDesktop = url.protocol === 'app:'
  const known = isDesktop
    ? url.host === DESKTOP_HOST
    : LOCAL_HOSTS.has(url.hostname) || configured.includes(url.hostname) || (context.allowedHosts?.includes(url.hostname) ?? false)
  if (!known)
    throw new AppError('FORBIDDEN', `this console is not called "${url.hostname.slice(0, 100)}"`, {
      details: { hint: 'Use an address it was started with, or start it with --allow-host NAME.' },
    })
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  const isForeign = origin !== null && !isSameOrigin(origin, url)
  const isCrossSite = site !== null && site !== 'same-origin' && site !== 'none' && !isNavigation(request, url)
  if (isForeign || isCrossSite)
    throw new AppError('FORBIDDEN', 'the request comes from the page of another site', {
      details: { hint: 'Open the console itself; programs send a token and no Origin header.' },
    })
}

function isSameOrigin(origin: string, url: URL): boolean {
  const parsed = URL.parse(origin)
  // Behind a proxy that ends TLS the schemes differ; the host and port say whose page it is.
  return parsed?.host === url.host && /^https?:$/.test(parsed.protocol) === /^https?:$/.test(url.protocol)
}

/** Following a link to a page is allowed from anywhere; it neither carries the session nor can it be read. */
function isNavigation(request: Request, url: URL): boolean {
  return request.method === 'GET' && request.headers.get('sec-fetch-mode') === 'navigate' && !url.pathname.startsWith('/api/')
}

/** The cookie of this connection; the port is in its name because browsers share cookies between ports. */
export function sessionCookieOf(url: URL, secure: boolean): { name: string; secure: boolean } {
  const port = url.port === '' ? '' : `-${url.port}`
  return { name: `${secure ? '__Host-' : ''}spacefort${port}`, secure }
}

/** Who sends this request; null when nothing valid is shown. A cookie alone never changes anything: the page must be ours. */
export async function identify({ request, context }: Arrival, access: Access, cookieName: string): Promise<Principal | null> {
  if (context.principal) return context.principal
  const authorization = request.headers.get('authorization')
  if (authorization !== null) {
    const [scheme, value] = authorization.split(' ')
    return scheme?.toLowerCase() === 'bearer' && value ? access.authenticate({ kind: 'token', value }) : null
  }
  const value = cookieOf(request, cookieName)
  const principal = value === undefined ? null : await access.authenticate({ kind: 'session', value })
  const isOwnPage = request.headers.has('origin') || request.headers.get('sec-fetch-site') === 'same-origin'
  if (principal && !isRead(request.method) && !isOwnPage)
    throw new AppError('FORBIDDEN', 'a change with a session cookie needs an Origin header', {
      details: { hint: 'Browsers send it by themselves. In a program use a token: "Authorization: Bearer …".' },
    })
  return principal
}

function cookieOf(request: Request, name: string): string | undefined {
  const cookies = request.headers.get('cookie')?.split(';') ?? []
  return cookies
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${name}=`))
    ?.slice(name.length + 1)
}

/** The one place where roles and scopes are compared. */
export function authorise(meta: OperationMeta, principal: Principal | null): void {
  if (meta.role === null) return
  if (!principal)
    throw new AppError('UNAUTHENTICATED', 'sign in first', {
      details: { hint: 'Send a token ("Authorization: Bearer …"), or sign in. An ended session or token counts as none.' },
    })
  if (!includesRole(principal.role, meta.role))
    throw new AppError('FORBIDDEN', `this needs the role ${meta.role}; you are ${principal.role}`)
  if (!principal.scopes.includes(meta.scope)) throw new AppError('FORBIDDEN', `this needs a token with the scope "${meta.scope}"`)
}
