import { describe, expect, it } from 'vitest'
import { createOptions, readPorts } from './container.ts'
import type { InstanceRun } from '../engine.ts'

const run: InstanceRun & { image: string } = {
  installation: 'site-1',
  id: 'shop-abc',
  app: 'shop',
  revision: 4,
  host: 'h1',
  image: 'shop:4',
  env: { PORT: '80', QUOTE: 'a=b "c"' },
  ports: [
    { name: 'http', protocol: 'tcp', hostPort: 8080, containerPort: 80 },
    { name: 'also', protocol: 'tcp', hostPort: 8081, containerPort: 80 },
    { name: 'dns', protocol: 'udp', hostPort: 53, containerPort: 53 },
  ],
  volumes: [
    { source: '/srv/data', target: '/data', readOnly: true },
    { source: 'cache', target: '/cache', readOnly: false },
  ],
  resources: { cpuMillis: 1500, memoryBytes: 64 * 2 ** 20 },
  stopSignal: 'SIGQUIT',
}

describe('container of an instance', () => {
  it('carries everything that a later core must know, and publishes every port on all addresses', () => {
    const options = createOptions(run, true)
    expect(options).toMatchObject({
      name: 'spacefort-shop-abc',
      Image: 'shop:4',
      StopSignal: 'SIGQUIT',
      Env: ['PORT=80', 'QUOTE=a=b "c"'],
      Labels: { 'spacefort.installation': 'site-1', 'spacefort.instance': 'shop-abc', 'spacefort.app': 'shop', 'spacefort.revision': '4' },
      HostConfig: {
        PortBindings: {
          '80/tcp': [
            { HostIp: '0.0.0.0', HostPort: '8080' },
            { HostIp: '0.0.0.0', HostPort: '8081' },
          ],
          '53/udp': [{ HostIp: '0.0.0.0', HostPort: '53' }],
        },
        RestartPolicy: { Name: 'no' },
        Init: true,
      },
    })
    expect(readPorts(options.Labels?.['spacefort.ports'])).toEqual(run.ports)
  })

  it('limits memory hard, without swap, and reserves CPU as a share', () => {
    expect(createOptions(run, true).HostConfig).toMatchObject({ Memory: 64 * 2 ** 20, MemorySwap: 64 * 2 ** 20, CpuShares: 1536 })
    expect(createOptions({ ...run, resources: { cpuMillis: 1, memoryBytes: 1 } }, true).HostConfig?.CpuShares).toBe(2)
    expect(createOptions(run, true).HostConfig).not.toHaveProperty('NanoCpus')
  })

  it('mounts a path of the host as it is, and a name as a volume', () => {
    expect(createOptions(run, false).HostConfig?.Mounts).toEqual([
      { Type: 'bind', Source: '/srv/data', Target: '/data', ReadOnly: true },
      { Type: 'volume', Source: 'cache', Target: '/cache', ReadOnly: false },
    ])
    expect(createOptions(run, false).HostConfig).not.toHaveProperty('Init')
  })

  it('puts the command in place of the image’s entry point, and leaves that alone without one', () => {
    expect(createOptions(run, true)).not.toHaveProperty('Entrypoint')
    expect(createOptions({ ...run, command: ['node', 'x y.js'] }, true).Entrypoint).toEqual(['node', 'x y.js'])
  })

  it('reads no ports from a label that was spoilt', () => {
    expect([undefined, '', '{', '[{"name":1}]', '"x"'].map(readPorts)).toEqual([[], [], [], [], []])
  })
})
