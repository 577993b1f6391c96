import { HostInput } from '../../../../core/contract/index.ts'

export type ConnectionKind = HostInput['connection']['kind']
export const CONNECTION_KINDS: readonly ConnectionKind[] = ['local', 'docker-socket', 'docker-tls', 'docker-ssh', 'ssh']

/** Everything the dialog asks for, in one flat record, so that changing the kind keeps what was typed. */
export interface HostForm {
  name: string
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
  centre: string
  room: string
  rack: string
}

export function emptyHostForm(): HostForm {
  return {
    name: '',
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
    centre: '',
    room: '',
    rack: '',
  }
}

export function usesSsh(kind: ConnectionKind): boolean {
  return kind === 'docker-ssh' || kind === 'ssh'
}

function sshOf(form: HostForm, hostKey: string | undefined) {
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

function connectionOf(form: HostForm, hostKey: string | undefined): unknown {
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
  'connection.path': 'path',
  'connection.address': 'address',
  'connection.ssh.address': 'address',
  'connection.port': 'tlsPort',
  'connection.ssh.port': 'sshPort',
  'connection.ssh.user': 'user',
  'connection.ssh.privateKey': 'privateKey',
  'connection.ssh.passphrase': 'passphrase',
  'connection.ssh.password': 'password',
  'connection.ca': 'ca',
  'connection.cert': 'cert',
  'connection.key': 'clientKey',
  centre: 'centre',
  room: 'room',
  rack: 'rack',
}

export type FormErrors = Partial<Record<keyof HostForm, string>>

/** The form as the contract wants it, or what is wrong with which field. */
export function readHostForm(form: HostForm, hostKey?: string): { input: HostInput } | { errors: FormErrors } {
  const place = Object.fromEntries((['centre', 'room', 'rack'] as const).map((key) => [key, form[key].trim() || null]))
  const parsed = HostInput.safeParse({ name: form.name.trim(), connection: connectionOf(form, hostKey), ...place })
  if (parsed.success) return { input: parsed.data }
  const errors: FormErrors = {}
  for (const issue of parsed.error.issues) {
    const field = FIELD_OF[issue.path.join('.')]
    if (field) errors[field] ??= issue.message
  }
  return { errors }
}
