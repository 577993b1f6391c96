// How long it takes until the instances of a host that is cut off all run elsewhere, by Spacefort and by Docker Swarm on the same
// engines, with Swarm's defaults and with the same detection: `npm run -s bench:heal`.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { heal, partition } from '../lab/index.ts'
import type { Contender } from './lab-fleet/contender.ts'
import { withFleet, type Fleet } from './lab-fleet/fleet.ts'
import { nowMs, timeScaling } from './lab-fleet/round.ts'
import { printReport, progress, quantile, round } from './report.ts'

const HOSTS = 3
const PER_HOST = 20
/** Both look every 2 s and give a host up when it was silent for three turns. */
const SAME_REPORTS_MS = 2000
const DEFAULT_REPORTS_MS = 5000
const HEALED_WITHIN_MS = 180_000
const CALM_MS = 3000

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } })
const ROUNDS = Number(values.rounds)

interface Healing {
  /** Until the first replacement was made, which is when the loss was noticed and decided upon. */
  noticedSeconds: number
  seconds: number
}

interface Way {
  name: string
  contender: Contender
  prepare: () => Promise<void>
}

function waysOf({ spacefort, swarm }: Fleet): Way[] {
  const swarmWith = (name: string, reportsMs: number, restartDelayMs?: number): Way => ({
    name,
    contender: swarm,
    prepare: async () => {
      await swarm.reportEvery(reportsMs)
      await swarm.restartAfter(restartDelayMs)
      // A worker hears of a new interval with its next report.
      await sleep(DEFAULT_REPORTS_MS + CALM_MS)
    },
  })
  return [
    { name: 'spacefort', contender: spacefort, prepare: () => Promise.resolve() },
    swarmWith('swarm-default', DEFAULT_REPORTS_MS),
    swarmWith('swarm-same-detection', SAME_REPORTS_MS),
    swarmWith('swarm-same-detection-no-restart-delay', SAME_REPORTS_MS, 0),
  ]
}

async function timeHealing({ lab, observer }: Fleet, contender: Contender): Promise<Healing> {
  await timeScaling(contender, HOSTS * PER_HOST, observer)
  await contender.settle()
  const victim = lab.state.hosts.at(-1)?.name ?? ''
  const lost = observer.running(victim)
  if (lost !== PER_HOST) throw new Error(`${victim} has ${lost} instances, not ${PER_HOST}`)
  await sleep(CALM_MS + Math.random() * SAME_REPORTS_MS)
  observer.moments = []
  const cutAtMs = nowMs()
  await partition(victim, { dir: lab.state.dir })
  try {
    const doneAtMs = await observer.until((seen) => seen.running() - seen.running(victim) === HOSTS * PER_HOST, HEALED_WITHIN_MS)
    const firstAtMs = Math.min(...observer.moments.map(({ atMs }) => atMs))
    return { noticedSeconds: (firstAtMs - cutAtMs) / 1000, seconds: (doneAtMs - cutAtMs) / 1000 }
  } finally {
    await heal(victim, { dir: lab.state.dir })
  }
}

/** Takes everything down again, and waits until all are whole, so that nobody starts with what another left. */
async function cleanUp({ observer, spacefort, swarm }: Fleet, contender: Contender): Promise<void> {
  await swarm.settle()
  await (contender === swarm ? swarm.renew() : contender.scale(0))
  await observer.until((seen) => seen.present === 0, HEALED_WITHIN_MS)
  await spacefort.settle()
}

await withFleet(HOSTS, async (fleet) => {
  const seen = new Map<string, Healing[]>()
  for (let turn = 0; turn < ROUNDS; turn++)
    for (const { name, contender, prepare } of waysOf(fleet)) {
      await prepare()
      const one = await timeHealing(fleet, contender)
      seen.set(name, [...(seen.get(name) ?? []), one])
      progress(
        `${turn + 1}/${ROUNDS} ${name}: all run elsewhere after ${round(one.seconds)} s, the first after ${round(one.noticedSeconds)} s`,
      )
      await cleanUp(fleet, contender)
    }
  const median = (name: string, metric: keyof Healing) =>
    quantile(
      (seen.get(name) ?? []).map((one) => one[metric]),
      0.5,
    )
  const peers = [...seen.keys()].filter((name) => name !== 'spacefort')
  printReport(
    'heal',
    peers.flatMap((peer) =>
      (['seconds', 'noticedSeconds'] as const).map((metric) => {
        const [value, peerValue] = [median('spacefort', metric), median(peer, metric)]
        const ratio = round(value / peerValue, 2)
        return { case: 'host-lost', metric, value: round(value), unit: 's', peer, peerValue: round(peerValue), ratio }
      }),
    ),
  )
})
