export const SCHEME = 'app'
export const HOST = 'console'
export const ORIGIN = `${SCHEME}://${HOST}`

/** Whether an address is a page of the console itself, rather than of the world outside. */
export function isOwnPage(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === `${SCHEME}:` && url.host === HOST
}
