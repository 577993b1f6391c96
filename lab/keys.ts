import { createHash } from 'node:crypto'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlannedHost } from './plan.ts'
import { run } from './run.ts'
import { hostFolder } from './state.ts'

/** Everything a console needs to sign in at the hosts, as PEM text. */
export interface Credentials {
  ca: string
  cert: string
  key: string
  sshPrivateKey: string
  /** Fingerprint of each host's SSH key, by host name. */
  hostKeys: Record<string, string>
}

const DAYS = '30'

/**
 * Makes an authority, a client certificate, a certificate and an SSH host key for each host, and one SSH key for the
 * console. Everything is valid for 30 days and is deleted with the lab.
 */
export async function createKeys(dir: string, hosts: readonly PlannedHost[]): Promise<void> {
  const authority = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  await certificate(dir, 'ca', ['-subj', '/CN=Spacefort lab authority', ...authority])
  const signed = ['-CA', join(dir, 'ca.pem'), '-CAkey', join(dir, 'ca-key.pem')]
  await Promise.all([
    certificate(dir, '', ['-subj', '/CN=spacefort console', '-addext', 'extendedKeyUsage=clientAuth', ...signed]),
    sshKey(join(dir, 'ssh_key'), 'spacefort console'),
  ])
  await Promise.all(
    hosts.map(async (host) => {
      const folder = hostFolder(dir, host.name)
      const usage = ['-addext', `subjectAltName=IP:${host.address},DNS:${host.name}`, '-addext', 'extendedKeyUsage=serverAuth']
      await certificate(folder, '', ['-subj', `/CN=${host.name}`, ...usage, ...signed])
      await sshKey(join(folder, 'ssh_host_key'), host.name)
      await copyFile(join(dir, 'ca.pem'), join(folder, 'ca.pem'))
      await copyFile(join(dir, 'ssh_key.pub'), join(folder, 'authorized_keys'))
      await writeFile(join(folder, 'sshd_config'), sshdConfig(host.address))
    }),
  )
}

async function certificate(folder: string, name: string, args: readonly string[]): Promise<void> {
  const [cert, key] = name ? [`${name}.pem`, `${name}-key.pem`] : ['cert.pem', 'key.pem']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', DAYS]
  await run('openssl', ['req', '-x509', ...curve, '-keyout', join(folder, key), '-out', join(folder, cert), ...args])
}

async function sshKey(path: string, comment: string): Promise<void> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path])
}

/** Paths as the host sees them. Limits such as MaxSessions are left as a real host has them. */
function sshdConfig(address: string): string {
  return [
    `ListenAddress ${address}`,
    'HostKey /run/lab/ssh_host_key',
    'AuthorizedKeysFile /run/lab/authorized_keys',
    'PidFile /run/sshd.pid',
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'StrictModes no',
    'UsePAM no',
    'UseDNS no',
    'PrintMotd no',
    'SetEnv PATH=/run/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n')
}

export async function readCredentials(dir: string, hosts: readonly PlannedHost[]): Promise<Credentials> {
  const text = (name: string) => readFile(join(dir, name), 'utf8')
  const hostKeys = await Promise.all(
    hosts.map(async ({ name }) => [name, fingerprint(await text(join('hosts', name, 'ssh_host_key.pub')))] as const),
  )
  const [ca, cert, key, sshPrivateKey] = await Promise.all([text('ca.pem'), text('cert.pem'), text('key.pem'), text('ssh_key')])
  return { ca, cert, key, sshPrivateKey, hostKeys: Object.fromEntries(hostKeys) }
}

/** "SHA256:…" of a public key line, as ssh-keygen prints it. Pure. */
export function fingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64')
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`
}
