import type { TestCode, TestStep } from '../contract/index.ts'
import type { SshError } from '../hosts/index.ts'

/** What went wrong in which step, in plain words, and what to do about it. */
export interface Finding {
  step: TestStep['step']
  code: TestCode
  params: TestStep['params']
  detail: string
  hint: string
}

interface Rule {
  code: TestCode
  /** Matches "CODE message" of the error. */
  pattern: RegExp
  detail: string
  hint: string
}

const SSH: Record<SshError['reason'], Pick<Finding, 'step' | 'hint'>> = {
  unreachable: { step: 'reach', hint: 'Check the address and the port, that sshd runs there, and that no firewall is between.' },
  protocol: {
    step: 'reach',
    hint: 'Something other than an SSH server answers there, or it has no method in common with us; check the port.',
  },
  'host-key': {
    step: 'host-key',
    hint: 'Compare it with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the host itself. Trust the new key only if it is the same: otherwise somebody else may be answering.',
  },
  auth: { step: 'authenticate', hint: 'Check the user name, and that the public key is in its ~/.ssh/authorized_keys, or the password.' },
}

const TLS: Rule[] = [
  {
    code: 'tls.pair',
    pattern: /key.values.mismatch/i,
    detail: 'the client certificate and the key do not belong together',
    hint: 'Paste cert.pem and key.pem of the same pair.',
  },
  {
    code: 'tls.unreadable',
    pattern: /ERR_OSSL|PEM|ASN1|ERR_CRYPTO/,
    detail: 'one of the PEM texts cannot be read',
    hint: 'Paste the whole texts of ca.pem, cert.pem and key.pem, with their BEGIN and END lines; the key must have no passphrase.',
  },
  {
    code: 'tls.other-name',
    pattern: /ERR_TLS_CERT_ALTNAME_INVALID/,
    detail: 'the certificate of the engine is for another name or address',
    hint: 'Use a name or an address that the certificate lists, or have one issued with this address as subjectAltName.',
  },
  {
    code: 'tls.expired',
    pattern: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    detail: 'the certificate of the engine has expired, or is not valid yet',
    hint: 'Issue a new certificate for the engine, and check the clocks of both machines.',
  },
  {
    code: 'tls.other-ca',
    pattern: /UNABLE_TO_|SELF_SIGNED|CERT_SIGNATURE|CERT_UNTRUSTED|INVALID_CA|INVALID_PURPOSE/,
    detail: 'the certificate of the engine was not signed by the CA given here',
    hint: 'Paste the ca.pem that signed the server certificate (--tlscert) of this engine. If it is the right one, somebody else may be answering.',
  },
  {
    code: 'tls.refused',
    pattern: /ALERT.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)|alert.*(certificate|unknown ca|access denied)/,
    detail: 'Docker answered, but refused our client certificate',
    hint: 'Sign the client certificate with the CA that dockerd trusts (--tlscacert), with clientAuth as its extended key usage, and check that it has not expired.',
  },
  {
    code: 'tls.plain',
    pattern: /WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST|wrong version number|before secure TLS/,
    detail: 'the port answers, but does not speak TLS',
    hint: 'Start dockerd with --tlsverify and its certificates (port 2376); a plain TCP port is open to anybody and is not used.',
  },
  {
    code: 'tls.closed',
    pattern: /ECONNRESET|EPIPE|socket hang up/,
    detail: 'the connection was closed right after the TLS handshake',
    hint: 'Mostly this is a refused client certificate: the log of dockerd says why. Sign it with the CA that dockerd trusts (--tlscacert).',
  },
]

const TCP: Rule[] = [
  {
    code: 'tcp.refused',
    pattern: /ECONNREFUSED/,
    detail: 'nothing listens there',
    hint: 'Is dockerd started with -H tcp://0.0.0.0:2376 --tlsverify, and is this the port?',
  },
  {
    code: 'tcp.no-address',
    pattern: /ENOTFOUND|EAI_AGAIN/,
    detail: 'the name has no address',
    hint: 'Check the spelling, and that this machine can resolve the name; or use an IP address.',
  },
  {
    code: 'tcp.silent',
    pattern: /./,
    detail: 'the host does not answer',
    hint: 'Check the address, that the host is up, and that no firewall is between.',
  },
]

const SOCKET: (Rule & { step: TestStep['step'] })[] = [
  {
    step: 'authenticate',
    code: 'socket.denied',
    pattern: /EACCES|EPERM/,
    detail: 'permission denied on the socket',
    hint: 'The user that runs Spacefort is not in the docker group: "sudo usermod -aG docker $USER", then sign in anew.',
  },
  {
    step: 'reach',
    code: 'socket.missing',
    pattern: /ENOENT/,
    detail: 'there is no such socket',
    hint: 'Is Docker installed and running ("systemctl status docker"), and is the path right?',
  },
  {
    step: 'reach',
    code: 'socket.silent',
    pattern: /./,
    detail: 'nothing listens on the socket',
    hint: 'Docker has ended, or this is not its socket: look at "systemctl status docker".',
  },
]

/** Answers of the shell test that `diagnoseSocket` runs, by what it prints. */
const REMOTE_SOCKET: Record<string, { code: TestCode; detail: string; hint: string }> = {
  missing: {
    code: 'remote-socket.missing',
    detail: 'there is no such socket on the host',
    hint: 'Is Docker installed and running there ("systemctl status docker"), and is the path right?',
  },
  denied: {
    code: 'remote-socket.denied',
    detail: 'the user is not in the docker group: permission denied on the socket',
    hint: 'On the host: "sudo usermod -aG docker USER"; or sign in as root.',
  },
  silent: {
    code: 'remote-socket.silent',
    detail: 'the socket is there, but no Docker Engine answers through the tunnel',
    hint: 'Look at "systemctl status docker" on the host, and that its sshd does not forbid AllowStreamLocalForwarding.',
  },
}

export function explainSsh(error: SshError): Finding {
  return { ...SSH[error.reason], ...error.finding, detail: error.message }
}

export function explainTcp(error: unknown, where: string): Finding {
  return { step: 'reach', ...apply(TCP, error, where) }
}

/** A failure after the TCP connection stood: of the TLS handshake or of the first request, where a refusal by TLS 1.3 shows. */
export function explainTls(error: unknown, where: string): Finding | undefined {
  return TLS.some(({ pattern }) => pattern.test(wordsOf(error))) ? { step: 'authenticate', ...apply(TLS, error, where) } : undefined
}

export function explainSocket(error: unknown, path: string): Finding {
  const step = SOCKET.find(({ pattern }) => pattern.test(wordsOf(error)))?.step ?? 'reach'
  return { step, ...apply(SOCKET, error, path) }
}

export function explainRemoteSocket(answer: string, path: string): Finding {
  const { code, detail, hint } = REMOTE_SOCKET[answer] ?? {
    code: 'remote-socket.unknown' as const,
    detail: 'Docker does not answer',
    hint: 'Look at "systemctl status docker" on the host.',
  }
  return { step: 'engine', code, params: { where: path }, detail: `${path}: ${detail}`, hint }
}

export function explainEngine(error: unknown): Finding {
  const why = error instanceof Error ? error.message : String(error)
  return {
    step: 'engine',
    code: 'engine.failed',
    params: { why },
    detail: why,
    hint: 'The way to the host is open, but its engine does not answer as it should: look at its log, and restart it if it hangs.',
  }
}

function apply(rules: readonly Rule[], error: unknown, where: string): Omit<Finding, 'step'> {
  const why = wordsOf(error)
  const rule = rules.find(({ pattern }) => pattern.test(why))
  return {
    code: rule?.code ?? 'step.unknown',
    params: { where, why },
    detail: `${where}: ${rule?.detail ?? 'failed'} (${why})`,
    hint: rule?.hint ?? '',
  }
}

/** "CODE message" of the innermost error: the layers above only repeat it. */
function wordsOf(error: unknown): string {
  let innermost = error
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause
  if (!(innermost instanceof Error)) return String(innermost)
  const code = 'code' in innermost && typeof innermost.code === 'string' ? `${innermost.code} ` : ''
  return code + innermost.message.replaceAll(/\s+/g, ' ').trim()
}
