import { Connection, HostInput, type ConnectionMove, type ConnectionSummary, type Host } from '../../../../core/contract/index.ts'
import type { z } from 'zod'
import { labelsToText, textToLabels } from '../label-text.ts'

export type ConnectionKind = HostInput['connection']['kind']
export const CONNECTION_KINDS: readonly ConnectionKind[] = ['docker-ssh', 'docker-tls', 'ssh', 'docker-socket', 'local']

/** Everything that is asked for, in one flat record, so that changing the kind keeps what was typed. */
export interface ConnectionForm {
  kind: ConnectionKind
  path: string
  address: string
  tlsPort: number | null
  sshPort: number | null
  user: string
  auth: 'key' | 'password'
  privateKey: string
  passphrase: string
  password: string
  ca: string
  cert: string
  clientKey: string
}

/** Where a host stands, how it is labelled, and what of it is kept for the system. */
export interface PlaceForm {
  centre: string
  room: string
  rack: string
  domain: HostInput['domain']
  /** One "key=value" a line. */
  labels: string
  reserveCpuMillis: number | null
  reserveMemoryMib: number | null
  reserveDiskGib: number | null
}

export interface HostForm extends ConnectionForm, PlaceForm {
  name: string
}

export type ConnectionErrors = Partial<Record<keyof ConnectionForm, string>>
export type FormErrors = Partial<Record<keyof HostForm, string>>

const MIB = 2 ** 20
const GIB = 2 ** 30

export function emptyConnectionForm(): ConnectionForm {
  return {
    kind: 'docker-ssh',
    path: '/var/run/docker.sock',
    address: '',
    tlsPort: 2376,
    sshPort: 22,
    user: 'root',
    auth: 'key',
    privateKey: '',
    passphrase: '',
    password: '',
    ca: '',
    cert: '',
    clientKey: '',
  }
}

export function emptyHostForm(): HostForm {
  const place = { centre: '', room: '', rack: '', domain: null, labels: '' }
  return { name: '', ...emptyConnectionForm(), ...place, reserveCpuMillis: 0, reserveMemoryMib: 0, reserveDiskGib: 0 }
}

/** The form for a connection that exists: all but its secrets, which nobody gets to see again. */
export function formOf(summary: z.output<typeof ConnectionSummary>): ConnectionForm {
  const empty = emptyConnectionForm()
  const { kind, address, port, user, path } = summary
  return {
    ...empty,
    kind,
    address: usesNetwork(kind) ? address : '',
    ...(kind === 'docker-tls' ? { tlsPort: port ?? empty.tlsPort } : { sshPort: port ?? empty.sshPort }),
    user: user ?? empty.user,
    path: path ?? empty.path,
  }
}

export function usesSsh(kind: ConnectionKind): boolean {
  return kind === 'docker-ssh' || kind === 'ssh'
}

export function usesNetwork(kind: ConnectionKind): boolean {
  return usesSsh(kind) || kind === 'docker-tls'
}

export function usesSocket(kind: ConnectionKind): boolean {
  return kind === 'docker-ssh' || kind === 'docker-socket'
}

function sshOf(form: ConnectionForm, hostKey: string | undefined) {
  const secret =
    form.auth === 'password'
      ? { password: form.password }
      : { privateKey: form.privateKey, ...(form.passphrase === '' ? {} : { passphrase: form.passphrase }) }
  return {
    address: form.address.trim(),
    port: form.sshPort,
    user: form.user.trim(),
    ...secret,
    ...(hostKey === undefined ? {} : { hostKey }),
  }
}

function draftOf(form: ConnectionForm, hostKey: string | undefined): unknown {
  switch (form.kind) {
    case 'local':
      return { kind: form.kind }
    case 'docker-socket':
      return { kind: form.kind, path: form.path.trim() }
    case 'docker-tls':
      return { kind: form.kind, address: form.address.trim(), port: form.tlsPort, ca: form.ca, cert: form.cert, key: form.clientKey }
    case 'docker-ssh':
      return { kind: form.kind, ssh: sshOf(form, hostKey), path: form.path.trim() }
    case 'ssh':
      return { kind: form.kind, ssh: sshOf(form, hostKey) }
  }
}

/** Field of the form that a path of the contract belongs to. */
const FIELD_OF: Record<string, keyof HostForm> = {
  name: 'name',
  path: 'path',
  address: 'address',
  'ssh.address': 'address',
  port: 'tlsPort',
  'ssh.port': 'sshPort',
  'ssh.user': 'user',
  'ssh.privateKey': 'privateKey',
  'ssh.passphrase': 'passphrase',
  'ssh.password': 'password',
  ca: 'ca',
  cert: 'cert',
  key: 'clientKey',
  centre: 'centre',
  room: 'room',
  rack: 'rack',
  domain: 'domain',
  labels: 'labels',
  'systemReserve.cpuMillis': 'reserveCpuMillis',
  'systemReserve.memoryBytes': 'reserveMemoryMib',
  'systemReserve.diskBytes': 'reserveDiskGib',
}

/** Complaints by the field of the form they are about; `field` is a path of the contract. */
export function errorsByField(issues: readonly { field: string; message: string }[]): FormErrors {
  const errors: FormErrors = {}
  for (const { field, message } of issues) {
    const path = field.replace(/^connection\./, '')
    const known = FIELD_OF[path] ?? (path.startsWith('labels') ? 'labels' : undefined)
    if (known) errors[known] ??= message
  }
  return errors
}

function toErrors(error: z.ZodError): FormErrors {
  return errorsByField(error.issues.map(({ path, message }) => ({ field: path.join('.'), message })))
}

/** The connection as the contract wants it, or what is wrong with which field. */
export function readConnection(form: ConnectionForm, hostKey?: string): { connection: Connection } | { errors: FormErrors } {
  const parsed = Connection.safeParse(draftOf(form, hostKey))
  return parsed.success ? { connection: parsed.data } : { errors: toErrors(parsed.error) }
}

/** The whole form as the contract wants it, or what is wrong with which field. */
export function readHostForm(form: HostForm, hostKey?: string): { input: HostInput } | { errors: FormErrors } {
  const place = Object.fromEntries((['centre', 'room', 'rack'] as const).map((key) => [key, form[key].trim() || null]))
  const labels = textToLabels(form.labels)
  const parsed = HostInput.safeParse({
    name: form.name.trim(),
    connection: draftOf(form, hostKey),
    ...place,
    domain: form.domain,
    labels: typeof labels === 'number' ? {} : labels,
    systemReserve: reserveOf(form),
  })
  const badLine: FormErrors = typeof labels === 'number' ? { labels: `line ${labels}: write key=value` } : {}
  if (!parsed.success) return { errors: { ...toErrors(parsed.error), ...badLine } }
  return typeof labels === 'number' ? { errors: badLine } : { input: parsed.data }
}

/** The share of the system as the contract counts it; a field that was emptied is none. */
export function reserveOf(form: PlaceForm): HostInput['systemReserve'] {
  return {
    cpuMillis: form.reserveCpuMillis ?? 0,
    memoryBytes: (form.reserveMemoryMib ?? 0) * MIB,
    diskBytes: (form.reserveDiskGib ?? 0) * GIB,
  }
}

/** The form for the place of a host that exists. */
export function placeFormOf(host: Host): PlaceForm {
  return {
    labels: labelsToText(host.labels),
    centre: host.centre ?? '',
    room: host.room ?? '',
    rack: host.rack ?? '',
    domain: host.domain as HostInput['domain'],
    reserveCpuMillis: host.systemReserve.cpuMillis,
    reserveMemoryMib: Math.round(host.systemReserve.memoryBytes / MIB),
    reserveDiskGib: Math.round(host.systemReserve.diskBytes / GIB),
  }
}

/** What of the way to a host differs from now; its keys stay as they are. Fields that the kind does not have are left out. */
export function moveOf(form: ConnectionForm, hostKey?: string): ConnectionMove {
  const port = form.kind === 'docker-tls' ? form.tlsPort : form.sshPort
  return {
    ...(usesNetwork(form.kind) ? { address: form.address.trim(), ...(port === null ? {} : { port }) } : {}),
    ...(usesSsh(form.kind) ? { user: form.user.trim(), ...(hostKey === undefined ? {} : { hostKey }) } : {}),
    ...(usesSocket(form.kind) ? { path: form.path.trim() } : {}),
  }
}
