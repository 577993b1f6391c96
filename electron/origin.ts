export const SCHEME = 'app'
/** The console of this computer. */
export const ORIGIN = `${SCHEME}://console`
/** The shell's own pages. */
export const SHELL_ORIGIN = `${SCHEME}://shell`

/** Scheme and authority of an address. Unlike URL.origin it also knows the console's own scheme. */
export function originOf(address: string): string | undefined {
  const url = URL.parse(address)
  return url ? `${url.protocol}//${url.host}` : undefined
}

/** Whether an address is a page of this computer's console itself, rather than of the world outside. */
export function isOwnPage(address: string): boolean {
  return originOf(address) === ORIGIN
}
