const V4 = /^(?:.*:)?(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/
const MAPPED = /^(?:(?:0*:)*:?ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i
/** Metadata of Alibaba Cloud, Oracle Cloud and, over IPv6, AWS: all others use a link-local address. */
const METADATA = new Set(['100.100.100.200', '192.0.0.192', 'fd00:ec2::254'])

export const OFF_LIMITS = 'link-local, multicast and cloud metadata addresses cannot be hosts; use the address the host has in its network'

/**
 * Whether an IP address can never be a host: link-local addresses, among them those where clouds give out credentials, and
 * multicast. A name is judged by what it resolves to, when it is connected to.
 */
export function isOffLimits(address: string): boolean {
  const text = address.toLowerCase().replace(/%.*$/, '')
  if (METADATA.has(text)) return true
  const mapped = MAPPED.exec(text)
  if (mapped) {
    const [high = 0, low = 0] = mapped.slice(1).map((part) => Number.parseInt(part, 16))
    return isOffLimits([high >> 8, high & 255, low >> 8, low & 255].join('.'))
  }
  const v4 = V4.exec(text)
  if (v4) {
    const [a = 0, b = 0] = v4.slice(1).map(Number)
    return (a === 169 && b === 254) || a >= 224 || METADATA.has(v4.slice(1).map(Number).join('.'))
  }
  return text.includes(':') && /^(fe[89ab]|ff)/.test(text)
}
