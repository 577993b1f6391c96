import { describe } from 'vitest'
import { describeEngine } from '../../core/engines/conformance.ts'
import { createDockerEngine, tlsTransport } from '../../core/engines/docker/index.ts'
import { startDockerHost, TEST_IMAGE, whyNoDocker } from './docker-host.ts'

describe.skipIf(whyNoDocker())('Docker over TCP with TLS client certificates', () => {
  describeEngine('docker, TLS', async () => {
    const host = await startDockerHost()
    const address = { address: '127.0.0.1', port: host.tlsPort, ...host.certificates }
    return {
      open: async () => createDockerEngine({ transport: tlsTransport(address), timeoutMs: 10_000 }),
      base: { image: TEST_IMAGE },
      limitsMemory: true,
      diskUnknown: true,
      close: () => host.stop(),
    }
  })
})
