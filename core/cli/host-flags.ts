import { readFile } from 'node:fs/promises'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { Connection, parseBytes, parseCpu, type HostPatch } from '../contract/index.ts'
import { fileError } from './documents.ts'
import { EXIT } from './exit-code.ts'
import { CliError, issuesOf } from './failure.ts'
import { readSecret } from './prompt.ts'
import type { Terminal } from './terminal.ts'
import { wholeNumber } from './wait.ts'

export const KINDS = ['local', 'docker-socket', 'docker-tls', 'docker-ssh', 'ssh'] as const

export interface ConnectionFlags {
  kind?: (typeof KINDS)[number]
  address?: string
  port?: number
  path?: string
  ca?: string
  cert?: string
  key?: string
  user?: string
  sshKey?: string
  passwordStdin?: true
  passphraseStdin?: true
  hostKey?: string
}

export interface PlaceFlags {
  centre?: string
  room?: string
  rack?: string
  domain?: string
  label?: Record<string, string>
  reserveCpu?: number
  reserveMemory?: number
  reserveDisk?: number
}

export function withConnectionFlags(command: Command): Command {
  return command
    .addOption(new Option('--kind <kind>', 'how the host is reached').choices(KINDS))
    .option('--address <address>', 'IP address or DNS name')
    .option('--port <port>', 'port (default: 22 for SSH, 2376 for Docker with TLS)', wholeNumber(1, 65_535))
    .option('--path <socket>', 'path of the Docker socket on the host')
    .option('--ca <file>', 'docker-tls: certificate of the authority (PEM)')
    .option('--cert <file>', 'docker-tls: client certificate (PEM)')
    .option('--key <file>', 'docker-tls: key of the client certificate (PEM)')
    .option('--user <user>', 'SSH user (default: root)')
    .option('--ssh-key <file>', 'SSH private key')
    .option('--passphrase-stdin', 'read the passphrase of the SSH key from standard input')
    .option('--password-stdin', 'read the SSH password from standard input')
    .option('--host-key <fingerprint>', 'SSH fingerprint the host must show ("SHA256:…")')
}

export function withPlaceFlags(command: Command): Command {
  return command
    .option('--centre <centre>', 'data centre')
    .option('--room <room>', 'room')
    .option('--rack <rack>', 'rack')
    .addOption(new Option('--domain <domain>', 'network domain').choices(['business', 'network', 'management', '']))
    .option('--label <key=value...>', 'label; may be given several times', collectLabels)
    .option('--reserve-cpu <cpu>', 'CPU kept for the system, as in "500m"', amount(parseCpu, 'write CPU as "0.5" or "500m"'))
    .option(
      '--reserve-memory <bytes>',
      'memory kept for the system, as in "1Gi"',
      amount(parseBytes, 'write an amount as "256Mi" or "2Gi"'),
    )
    .option('--reserve-disk <bytes>', 'disk kept for the system, as in "10Gi"', amount(parseBytes, 'write an amount as "256Mi" or "2Gi"'))
}

function amount(parse: (text: string) => number | undefined, advice: string): (text: string) => number {
  return (text) => {
    const value = parse(text)
    if (value === undefined) throw new InvalidArgumentError(advice)
    return value
  }
}

function collectLabels(text: string, previous: Record<string, string> | undefined): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('write a label as key=value')
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) }
}

/** Place and labels as given; an empty text takes a place away. */
export function placeOf(flags: PlaceFlags): HostPatch {
  const place = Object.fromEntries(
    (['centre', 'room', 'rack', 'domain'] as const).flatMap((field) => {
      const value = flags[field]
      return value === undefined ? [] : [[field, value === '' ? null : value]]
    }),
  ) as HostPatch
  return { ...place, ...(flags.label ? { labels: flags.label } : {}) }
}

/** The system's share as given, on top of what holds now. */
export function reserveOf(flags: PlaceFlags, present = { cpuMillis: 0, memoryBytes: 0, diskBytes: 0 }): HostPatch {
  if (flags.reserveCpu === undefined && flags.reserveMemory === undefined && flags.reserveDisk === undefined) return {}
  return {
    systemReserve: {
      cpuMillis: flags.reserveCpu ?? present.cpuMillis,
      memoryBytes: flags.reserveMemory ?? present.memoryBytes,
      diskBytes: flags.reserveDisk ?? present.diskBytes,
    },
  }
}

/** The connection that the flags describe, checked; keys and certificates come from files, passwords from standard input. */
export async function connectionOf(terminal: Terminal, flags: ConnectionFlags): Promise<Connection> {
  if (!flags.kind)
    throw new CliError(EXIT.usage, 'say how the host is reached', { hint: `--kind ${KINDS.join('|')}, or describe it in a file with -f` })
  const parsed = Connection.safeParse(defined(await draft(terminal, flags)))
  if (parsed.success) return parsed.data
  throw new CliError(EXIT.badInput, 'the connection is not complete', {
    issues: issuesOf(parsed.error),
    hint: 'see "spacefort host add --help"',
  })
}

async function draft(terminal: Terminal, flags: ConnectionFlags): Promise<Record<string, unknown>> {
  const { kind, address, port, path } = flags
  switch (kind) {
    case 'docker-socket':
      return { kind, path }
    case 'docker-tls':
      return { kind, address, port, ca: await pem(flags.ca), cert: await pem(flags.cert), key: await pem(flags.key) }
    case 'docker-ssh':
      return { kind, path, ssh: defined(await sshDraft(terminal, flags)) }
    case 'ssh':
      return { kind, ssh: defined(await sshDraft(terminal, flags)) }
    default:
      return { kind }
  }
}

async function sshDraft(terminal: Terminal, flags: ConnectionFlags): Promise<Record<string, unknown>> {
  if (flags.passwordStdin && flags.passphraseStdin) throw new CliError(EXIT.usage, 'a host is entered with a key or a password, not both')
  const asksPassword = flags.passwordStdin ?? (flags.sshKey === undefined && terminal.stdin.isTTY)
  return {
    address: flags.address,
    port: flags.port,
    user: flags.user,
    hostKey: flags.hostKey,
    privateKey: await pem(flags.sshKey),
    passphrase: flags.passphraseStdin ? await readSecret(terminal, 'Passphrase of the key: ') : undefined,
    password: asksPassword ? await readSecret(terminal, `Password of ${flags.user ?? 'root'}@${flags.address ?? ''}: `) : undefined,
  }
}

async function pem(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(path, error)
  })
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
