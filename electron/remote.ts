/** Why a text is no console to connect to. */
export type RemoteProblem = 'notAnAddress' | 'notEncrypted'

interface Remote {
  origin: string
  /** First page: the sign-in link's, when one was given. Never kept, since its code is a credential. */
  start: string
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])
const SIGN_IN_CODE = /^#\/sign-in\?code=[\w-]+$/

/**
 * Reads what a person typed or pasted: an address, with or without https, or a sign-in link. Plain http is for this computer only:
 * elsewhere others could read along and answer instead.
 */
export function parseRemote(text: string): Partial<Remote> & { problem?: RemoteProblem } {
  const trimmed = text.trim()
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`)
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!url || !isWeb || url.username !== '' || url.password !== '' || trimmed.length > 500) return { problem: 'notAnAddress' }
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) return { problem: 'notEncrypted' }
  return { origin: url.origin, start: `${url.origin}/${SIGN_IN_CODE.test(url.hash) ? url.hash : ''}` }
}
