import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isOffLimits, OFF_LIMITS } from '../contract/index.ts'

/**
 * Resolves a name for a connection to a host, and fails with EADDRNOTAVAIL when it leads to an address that can never be a host: a
 * name can point anywhere, and "0xa9fea9fe" is a name too.
 */
export const safeLookup: LookupFunction = (name, options, callback) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error) {
      callback(error, '')
      return
    }
    const bad = found.find(({ address }) => isOffLimits(address))
    const [first] = found
    if (bad) callback(offLimits(name, bad.address), '')
    else if (options.all === true) callback(null, found)
    else callback(null, first?.address ?? '', first?.family)
  })
}

function offLimits(name: string, address: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`"${name}" leads to ${address}: ${OFF_LIMITS}`), { code: 'EADDRNOTAVAIL' })
}
