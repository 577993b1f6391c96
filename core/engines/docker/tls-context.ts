import { createHash } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'

interface Pem {
  ca: string
  cert: string
  key: string
}

const contexts = new Map<string, WeakRef<SecureContext>>()
const dropped = new FinalizationRegistry<string>((name) => {
  if (contexts.get(name)?.deref() === undefined) contexts.delete(name)
})

/**
 * The parsed form of these certificates: one for all connections that show the same ones, and gone with the last of them. Parsing
 * takes longer than a handshake, and the result is many times as large as the text.
 */
export function sharedContext({ ca, cert, key }: Pem): SecureContext {
  const name = createHash('sha256')
    .update(JSON.stringify([ca, cert, key]))
    .digest('base64')
  const known = contexts.get(name)?.deref()
  if (known) return known
  const context = createSecureContext({ ca, cert, key, minVersion: 'TLSv1.2' })
  contexts.set(name, new WeakRef(context))
  dropped.register(context, name)
  return context
}
