import type { TestCode, TestStep } from '../contract/index.ts'

/** The failure once more for programs, which have words of their own for it. */
interface SshFinding {
  code: Extract<TestCode, `ssh.${string}`>
  params: TestStep['params']
}

const CODES: Record<SshError['reason'], SshFinding['code']> = {
  unreachable: 'ssh.unreachable',
  protocol: 'ssh.protocol',
  'host-key': 'ssh.host-key',
  auth: 'ssh.sign-in',
}

/**
 * Why a host cannot be used over SSH, in the order in which it is found out. `unreachable`: nothing answers, try again
 * later. `protocol`: something answers that is no usable SSH server, or it refuses a channel. `host-key`: the server
 * showed another key than the trusted one; `offeredHostKey` is its fingerprint. `auth`: it refused the sign-in.
 */
export class SshError extends Error {
  readonly reason: 'unreachable' | 'protocol' | 'host-key' | 'auth'
  readonly offeredHostKey: string | undefined
  readonly finding: SshFinding

  constructor(reason: SshError['reason'], message: string, options: ErrorOptions & { offeredHostKey?: string; finding?: SshFinding } = {}) {
    super(message, options)
    this.name = 'SshError'
    this.reason = reason
    this.offeredHostKey = options.offeredHostKey
    this.finding = options.finding ?? { code: CODES[reason], params: { where: '', why: message } }
  }
}
