// The hosts of a seeded pool in a process of their own. Talks over IPC.
import { openFakePool, type FakeDockerHost } from '../../tests/support/fake-docker.ts'

export type PoolRequest =
  | { do: 'open'; file: string; part: number; of: number }
  | { do: 'followers'; id: number }
  | { do: 'kill'; perSecond: number; seconds: number }

export type PoolAnswer =
  | { say: 'ready' }
  | { say: 'followers'; id: number; hosts: number }
  | { say: 'died'; instance: string; at: number }
  | { say: 'killed'; count: number }

const STEP_MS = 20
let hosts: FakeDockerHost[] = []
const say = (answer: PoolAnswer) => process.send?.(answer)

/** Ends containers at a steady rate, in turn over all hosts. */
function kill(perSecond: number, seconds: number): void {
  const startedAt = performance.now()
  let count = 0
  let next = 0
  const timer = setInterval(() => {
    const due = Math.min(seconds, (performance.now() - startedAt) / 1000) * perSecond
    for (let tries = 0; count < due && tries < hosts.length; tries++) {
      const containers = hosts[next++ % hosts.length]?.containers
      const running = containers?.all().find(({ state }) => state === 'running')
      if (!containers || !running) continue
      say({ say: 'died', instance: running.labels['spacefort.instance'] ?? '', at: Date.now() })
      containers.end(running, 1)
      count++
    }
    if (performance.now() - startedAt < seconds * 1000) return
    clearInterval(timer)
    say({ say: 'killed', count })
  }, STEP_MS)
}

async function obey(request: PoolRequest): Promise<void> {
  if (request.do === 'open') {
    hosts = await openFakePool(request.file, request)
    say({ say: 'ready' })
  } else if (request.do === 'followers')
    say({ say: 'followers', id: request.id, hosts: hosts.filter(({ containers }) => containers.followers > 0).length })
  else kill(request.perSecond, request.seconds)
}

process.on('message', (request) => void obey(request as PoolRequest))
process.on('disconnect', () => process.exit(0))
