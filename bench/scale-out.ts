// How long 60 containers take to start and to go, by Spacefort, by Docker Swarm on the same engines and by bare calls of the
// Engine API, which is the limit: `npm run -s bench:scale-out`.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { withFleet, type Fleet } from './lab-fleet/fleet.ts'
import { timeScaling, type Round } from './lab-fleet/round.ts'
import { traceScaling } from './lab-fleet/traced-round.ts'
import { printReport, progress, quantile, round, type Result } from './report.ts'

const HOSTS = 3
const AT_ONCE = [4, 8, 20]
/** The kernel goes on taking network namespaces down after the last container is gone, and holds up what starts meanwhile. */
const CALM_MS = 3000

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '7' }, count: { type: 'string', default: '60' } } })
const ROUNDS = Number(values.rounds)
const COUNT = Number(values.count)
const CASES = [
  { name: `0-${COUNT}`, count: COUNT },
  { name: `${COUNT}-0`, count: 0 },
]

const results: Result[] = []

/** Which number of calls at a time is best for the engines: the limit is what they can do at their best. */
async function calibrate({ bare, observer }: Fleet): Promise<void> {
  const seen: { atOnce: number; up: number; down: number }[] = []
  for (const atOnce of AT_ONCE) {
    bare.atOnce = { up: atOnce, down: atOnce }
    const up = (await calmly(() => timeScaling(bare, COUNT, observer))).seconds
    seen.push({ atOnce, up, down: (await calmly(() => timeScaling(bare, 0, observer))).seconds })
    progress(`bare calls, ${atOnce} at a time for each engine: ${round(up, 2)} s up, ${round(seen.at(-1)?.down ?? 0, 2)} s down`)
  }
  const best = (way: 'up' | 'down') => seen.toSorted((one, other) => one[way] - other[way])[0]?.atOnce ?? 8
  bare.atOnce = { up: best('up'), down: best('down') }
}

async function calmly<T>(work: () => Promise<T>): Promise<T> {
  await sleep(CALM_MS)
  return work()
}

async function measure(fleet: Fleet): Promise<Map<string, Round[]>> {
  const seen = new Map<string, Round[]>()
  const contenders = [fleet.spacefort, fleet.swarm, fleet.bare]
  for (let turn = 0; turn < ROUNDS; turn++) {
    // Everybody comes after everybody else now and then.
    const order = contenders.map((_, index) => contenders[(index + turn) % contenders.length] ?? fleet.bare)
    for (const contender of order)
      for (const { name, count } of CASES) {
        const one = await calmly(() => timeScaling(contender, count, fleet.observer))
        await contender.settle()
        progress(`${turn + 1}/${ROUNDS} ${contender.name} ${name}: ${round(one.seconds, 2)} s, engines ${round(one.cpu.engines)} s of CPU`)
        const key = `${contender.name} ${name}`
        seen.set(key, [...(seen.get(key) ?? []), one])
      }
  }
  return seen
}

function compare(seen: Map<string, Round[]>): void {
  const seconds = (who: string, name: string) => (seen.get(`${who} ${name}`) ?? []).map((one) => one.seconds)
  for (const { name } of CASES)
    for (const peer of ['swarm', 'engine-api'])
      for (const [metric, share] of [
        ['seconds', 0.5],
        ['bestSeconds', 0],
      ] as const) {
        const [value, peerValue] = [quantile(seconds('spacefort', name), share), quantile(seconds(peer, name), share)]
        const ratio = round(value / peerValue, 2)
        results.push({ case: name, metric, value: round(value, 2), unit: 's', peer, peerValue: round(peerValue, 2), ratio })
        progress(`${name} ${metric}: ${round(value, 2)} s, ${peer} ${round(peerValue, 2)} s, ratio ${ratio}`)
      }
}

await withFleet(HOSTS, async (fleet) => {
  await calibrate(fleet)
  compare(await measure(fleet))
  await fleet.spacefort.stop()
  await fleet.spacefort.serve('core-trace.ts')
  await fleet.spacefort.settle()
  for (const { name, count } of CASES) results.push(...(await calmly(() => traceScaling(fleet, name, count))))
  results.push({ case: 'limit', metric: 'callsAtOnceUp', value: fleet.bare.atOnce.up, unit: 'count' })
  results.push({ case: 'limit', metric: 'callsAtOnceDown', value: fleet.bare.atOnce.down, unit: 'count' })
})
printReport('scale-out', results)
