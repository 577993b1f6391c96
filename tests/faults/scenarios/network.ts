import { setTimeout as sleep } from 'node:timers/promises'
import { fast, heal, partition, slow } from '../../../lab/index.ts'
import type { SeededRandom } from '../../support/random.ts'
import { assert, Rig, until } from '../rig.ts'
import type { Figures, Scenario } from '../scenario.ts'
import { smallApp } from '../specs.ts'

/** Two apps of containers and one of processes: the ground that most scenarios start from. */
export async function deployBase(rig: Rig): Promise<void> {
  await rig.deploy(smallApp('front', { instances: 5 }))
  await rig.deploy(smallApp('back', { instances: 3 }))
  if (rig.lab.state.hosts.some(({ kind }) => kind === 'ssh')) await rig.deploy(smallApp('jobs', { instances: 3, on: 'process' }))
  await rig.settle()
}

/** Rejects unless everything wanted runs on hosts other than `lost`. */
async function runsWithout(rig: Rig, lost: ReadonlySet<string>): Promise<void> {
  for (const [app, count] of rig.wanted.apps) {
    const there = async () => (await rig.seen()).filter((item) => item.running && item.app === app && !lost.has(item.host)).length
    await until(async () => (await there()) === count, 40_000, `${app} does not run ${count} times without ${[...lost].join(', ')}`)
  }
}

type Phase = [name: string, change: (rig: Rig, host: string) => Promise<unknown>]
const PHASES: readonly Phase[] = [
  ['idle', () => Promise.resolve()],
  ['deploy', (rig) => rig.deploy(smallApp('late', { instances: 4 }))],
  ['scale-up', (rig) => rig.scale('front', 8)],
  ['scale-down', (rig) => rig.scale('front', 3)],
  ['update', (rig) => rig.deploy(smallApp('back', { instances: 3, env: { CHANGE: 'yes' } }))],
  ['drain', (rig, host) => rig.client.hosts.drain({ name: host }).then(() => rig.wanted.drained.add(host))],
  ['removal', (rig) => rig.remove('late')],
]

const partitionPhases: Scenario = {
  name: 'partition-phases',
  title: 'a host cut off and returned in each phase: idle, deploy, scale-up, scale-down, update, drain, removal',
  run: ({ random, say }) =>
    Rig.use({}, async (rig) => {
      await deployBase(rig)
      const slowest = { seconds: 0 }
      for (const [phase, change] of PHASES) {
        const host = random.pick(['flt1', 'flt2', 'flt3'] as const)
        await change(rig, host)
        await sleep(random.below(700))
        await partition(host, { dir: rig.labDir })
        await rig.hostIs(host, 'unreachable')
        await runsWithout(rig, new Set([host]))
        await heal(host, { dir: rig.labDir })
        const healedAt = performance.now()
        await rig.hostIs(host, 'ready')
        await rig.settle().catch((error: unknown) => {
          throw new Error(`${host} was cut off during ${phase}:\n${error instanceof Error ? error.message : String(error)}`)
        })
        slowest.seconds = Math.max(slowest.seconds, Math.round((performance.now() - healedAt) / 100) / 10)
        for (const name of rig.wanted.drained) await rig.client.hosts.uncordon({ name })
        rig.wanted.drained.clear()
        say(phase)
      }
      return { phases: PHASES.length, slowestReturnSeconds: slowest.seconds, ...(await rig.settle()) }
    }),
}

const partitionAll: Scenario = {
  name: 'partition-all',
  title: 'all hosts cut off at once and returned: what ran runs on, untouched',
  run: () =>
    Rig.use({}, async (rig) => {
      await deployBase(rig)
      const before = await rig.bodies()
      const { latestSeq } = await rig.client.system.overview()
      const names = rig.lab.state.hosts.map(({ name }) => name)
      await Promise.all(names.map((name) => partition(name, { dir: rig.labDir })))
      for (const name of names) await rig.hostIs(name, 'unreachable')
      assert((await rig.client.system.overview()).brake.on, 'the brake is not on, although every host is lost')
      await sleep(15_000)
      await Promise.all(names.map((name) => heal(name, { dir: rig.labDir })))
      for (const name of names) await rig.hostIs(name, 'ready')
      const facts = await rig.settle()
      const { items } = await rig.client.events.list({ after: latestSeq, kind: 'instance.placed', limit: 1000 })
      const after = await rig.bodies()
      assert(
        [...before].every((body) => after.has(body)),
        `not the same instances as before: ${[...before].filter((body) => !after.has(body)).join(', ')}`,
      )
      return { hosts: names.length, untouched: after.size, placedMeanwhile: items.length, ...facts }
    }),
}

const FLAP_MS = 60_000

async function flap(rig: Rig, host: string, random: SeededRandom): Promise<number> {
  let turns = 0
  for (const end = Date.now() + FLAP_MS; Date.now() < end; turns += 1) {
    await partition(host, { dir: rig.labDir })
    await sleep(500 + random.below(9000))
    await heal(host, { dir: rig.labDir })
    await sleep(500 + random.below(6000))
  }
  return turns
}

const flapping: Scenario = {
  name: 'flapping-half',
  title: 'half of the hosts come and go for a minute while apps are scaled',
  run: ({ random, say }) =>
    Rig.use({ kinds: ['docker-tls', 'docker-tls', 'docker-ssh', 'docker-tls', 'ssh', 'ssh'] }, async (rig) => {
      await deployBase(rig)
      const flapped = ['flt1', 'flt3', 'flt6']
      const turns = Promise.all(flapped.map((host) => flap(rig, host, random)))
      let changes = 0
      for (const end = Date.now() + FLAP_MS; Date.now() < end; changes += 1) {
        await rig.scale(random.pick(['front', 'back', 'jobs'] as const), 1 + random.below(6))
        await sleep(2000 + random.below(4000))
      }
      const total = (await turns).reduce((sum, one) => sum + one, 0)
      say(`${total} times away, ${changes} changes`)
      for (const host of flapped) await rig.hostIs(host, 'ready')
      return { timesAway: total, changes, ...(await rig.settle()) }
    }),
}

const slowLink: Scenario = {
  name: 'slow-link',
  title: 'two hosts with 250 ms of delay and 5 % of packets lost while apps are deployed, scaled and removed',
  run: () =>
    Rig.use({}, async (rig) => {
      await deployBase(rig)
      const made = await Promise.all(['flt2', 'flt3'].map((name) => slow(name, { dir: rig.labDir, delayMs: 250, lossPercent: 5 })))
      const startedAt = performance.now()
      await rig.deploy(smallApp('late', { instances: 6 }))
      await sleep(1500)
      await rig.scale('front', 8)
      await rig.remove('back')
      await sleep(4000)
      await rig.scale('front', 2)
      await rig.settle(180_000)
      const seconds = Math.round((performance.now() - startedAt) / 1000)
      await Promise.all(['flt2', 'flt3'].map((name) => fast(name, { dir: rig.labDir })))
      await rig.scale('front', 5)
      const facts = await rig.settle()
      return { by: made[0]?.slow?.by ?? '', settledWhileSlowSeconds: seconds, ...facts } satisfies Figures
    }),
}

export const networkScenarios: readonly Scenario[] = [partitionPhases, partitionAll, flapping, slowLink]
