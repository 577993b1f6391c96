import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificates {
  ca: string
  /** The client's certificate and key. */
  cert: string
  key: string
}

/** Writes a new CA (ca.pem) with a server (server.pem, server-key.pem) and a client certificate (cert.pem, key.pem) into `folder`. */
export function createCertificates(folder: string, addresses: readonly string[]): Certificates {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-keyout', file('ca-key.pem'), '-out', file('ca.pem'), '-days', '2', '-subj', '/CN=Spacefort test CA')
  const issue = (name: { key: string; cert: string; subject: string; extensions: string }) => {
    writeFileSync(file('extensions'), name.extensions)
    openssl('req', ...newKey, '-keyout', file(name.key), '-out', file('request.pem'), '-subj', name.subject)
    openssl(
      'x509',
      '-req',
      '-in',
      file('request.pem'),
      '-CA',
      file('ca.pem'),
      '-CAkey',
      file('ca-key.pem'),
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      file('extensions'),
      '-out',
      file(name.cert),
    )
  }
  const names = addresses.map((address) => `IP:${address}`).join(',')
  issue({
    key: 'server-key.pem',
    cert: 'server.pem',
    subject: '/CN=docker',
    extensions: `subjectAltName=${names}\nextendedKeyUsage=serverAuth\n`,
  })
  issue({ key: 'key.pem', cert: 'cert.pem', subject: '/CN=spacefort', extensions: 'extendedKeyUsage=clientAuth\n' })
  const read = (name: string) => readFileSync(file(name), 'utf8')
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') }
}
