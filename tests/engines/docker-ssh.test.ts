import { describe } from 'vitest'
import { describeEngine } from '../../core/engines/conformance.ts'
import { createDockerEngine, sshTransport } from '../../core/engines/docker/index.ts'
import { openSsh } from '../../core/hosts/index.ts'
import { startDockerHost, TEST_IMAGE, whyNoDocker } from './docker-host.ts'
import { sshdMissing, TestSshd } from './sshd.ts'

describe.skipIf(whyNoDocker() ?? sshdMissing())('Docker through an SSH tunnel', () => {
  describeEngine('docker, SSH tunnel', async () => {
    const host = await startDockerHost()
    const sshd = new TestSshd()
    await sshd.start()
    return {
      open: async () => {
        const link = await openSsh(sshd.access, { timeoutMs: 10_000, trustedHostKey: sshd.hostKey })
        return createDockerEngine({ transport: sshTransport(link, { path: host.socket, host: '127.0.0.1' }), timeoutMs: 10_000 })
      },
      base: { image: TEST_IMAGE },
      limitsMemory: true,
      close: async () => {
        await sshd.close()
        await host.stop()
      },
    }
  })
})
