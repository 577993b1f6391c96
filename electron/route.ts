export const LINK_SCHEME = 'spacefort'

const MAX_LENGTH = 500
// No "%" in the path: what is decoded later cannot be judged now.
const PATH = /^(\/[A-Za-z0-9._~@:-]+)*\/?$/
const QUERY = /^[A-Za-z0-9._~@:,+%=&/-]*$/
/** Pages that must not be opened by somebody else's link: a person would be signed in as the sender. */
const CLOSED = /^\/sign-in(\/|$)/i
const CLOSED_PARAMETER = 'code'

/** The text as a route of the console's pages ("/a/b?c=d"), or undefined when it is anything else. */
export function parseRoute(text: string): string | undefined {
  if (text.length === 0 || text.length > MAX_LENGTH) return undefined
  const at = text.indexOf('?')
  const path = at < 0 ? text : text.slice(0, at)
  const query = at < 0 ? '' : text.slice(at + 1)
  if (!path.startsWith('/') || !PATH.test(path) || path.split('/').includes('..') || CLOSED.test(path)) return undefined
  if (!QUERY.test(query) || new URLSearchParams(query).has(CLOSED_PARAMETER)) return undefined
  return text
}

/** The route that a link such as "spacefort://a/b?c=d" asks for; undefined for everything that is not exactly such a link. */
export function routeOfLink(link: string): string | undefined {
  const match = /^spacefort:\/\/(\/?)([^#\\\s]*)$/i.exec(link)
  if (!match || link.length > MAX_LENGTH) return undefined
  return parseRoute(`/${match[2] ?? ''}`)
}

/** The first link among the arguments of a program start. */
export function linkAmong(args: readonly string[]): string | undefined {
  return args.find((arg) => arg.toLowerCase().startsWith(`${LINK_SCHEME}:`))
}

/** The route that an address of the console shows; "/" for one that cannot be given away. */
export function routeOfAddress(address: string): string {
  return parseRoute(URL.parse(address)?.hash.slice(1) ?? '') ?? '/'
}
