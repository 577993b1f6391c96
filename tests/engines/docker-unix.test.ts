import { describe } from 'vitest'
import { describeEngine } from '../../core/engines/conformance.ts'
import { createDockerEngine, unixTransport } from '../../core/engines/docker/index.ts'
import { startDockerHost, TEST_IMAGE, whyNoDocker } from './docker-host.ts'

describe.skipIf(whyNoDocker())('Docker over its unix socket', () => {
  describeEngine('docker, unix socket', async () => {
    const host = await startDockerHost()
    return {
      open: async () => createDockerEngine({ transport: unixTransport(host.socket), timeoutMs: 10_000 }),
      base: { image: TEST_IMAGE },
      limitsMemory: true,
      close: () => host.stop(),
    }
  })
})
