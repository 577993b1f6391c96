import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { HostInput } from '../core/contract/index.ts'
import { inventory, inventoryYaml } from './inventory.ts'
import { fingerprint } from './keys.ts'
import { planLab } from './plan.ts'

const pem = (kind: string) => `-----BEGIN ${kind}-----\nAAAA\n-----END ${kind}-----\n`
const hostKey = fingerprint('ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl github.com')
const credentials = {
  ca: pem('CERTIFICATE'),
  cert: pem('CERTIFICATE'),
  key: pem('PRIVATE KEY'),
  sshPrivateKey: pem('OPENSSH PRIVATE KEY'),
  hostKeys: { lab3: hostKey, lab4: hostKey },
}

describe('inventory', () => {
  it('is what the contract takes, also after it was written as YAML and read back', () => {
    const hosts = inventory(planLab(), credentials)
    const read = parse(inventoryYaml(hosts)) as unknown[]
    expect(read.map((host) => HostInput.parse(host))).toEqual(hosts)
  })

  it('reaches each kind of host its own way, with the SSH host key pinned', () => {
    const connections = inventory(planLab(), credentials).map((host) => host.connection)
    expect(connections.map((connection) => connection.kind)).toEqual(['docker-tls', 'docker-tls', 'docker-ssh', 'ssh'])
    expect(connections[2]).toMatchObject({ path: '/var/run/docker.sock', ssh: { address: '10.77.0.13', user: 'root', hostKey } })
    expect(connections[3]).toMatchObject({ ssh: { address: '10.77.0.14', port: 22, hostKey } })
  })
})

describe('fingerprint', () => {
  it('is the one ssh-keygen prints', () => {
    expect(hostKey).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU')
  })
})
