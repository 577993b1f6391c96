/**
 * Why a host cannot be used over SSH, in the order in which it is found out. `unreachable`: nothing answers, try again
 * later. `protocol`: something answers that is no usable SSH server, or it refuses a channel. `host-key`: the server
 * showed another key than the trusted one; `offeredHostKey` is its fingerprint. `auth`: it refused the sign-in.
 */
export class SshError extends Error {
  readonly reason: 'unreachable' | 'protocol' | 'host-key' | 'auth'
  readonly offeredHostKey: string | undefined

  constructor(reason: SshError['reason'], message: string, options: ErrorOptions & { offeredHostKey?: string } = {}) {
    super(message, options)
    this.name = 'SshError'
    this.reason = reason
    this.offeredHostKey = options.offeredHostKey
  }
}
