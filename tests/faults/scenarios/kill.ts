import { setTimeout as sleep } from 'node:timers/promises'
import type { SeededRandom } from '../../support/random.ts'
import { assert, isRefusal, Rig } from '../rig.ts'
import type { Figures, Scenario, Setting } from '../scenario.ts'
import { smallApp } from '../specs.ts'

const KINDS = ['deploy', 'scale-up', 'scale-down', 'drain', 'removal', 'update'] as const
type Kind = (typeof KINDS)[number]

/** One change that is asked for, and how to find out after a crash whether it was taken on. */
interface Operation {
  kind: Kind
  text: string
  ask: () => Promise<unknown>
  /** Whether the console wants it now. */
  taken: () => Promise<boolean>
  /** Counts on it from now on. */
  expect: () => void
  /** What must not have been disturbed: bodies that ran before and must run on. */
  kept: (before: ReadonlyMap<string, ReadonlySet<string>>, after: ReadonlyMap<string, ReadonlySet<string>>) => string[]
}

const MOST_INSTANCES = 8
const MOST_APPS = 4
/** Of one change: the later ones hit the cores that go on with it. */
const MOST_KILLS = 6
/** Longer than most of these changes take, so that the core also dies when nothing is left to do. */
const CHANGE_MS = 1800
const START_MS = 1500

export const killScenario: Scenario = {
  name: 'kill',
  title: 'kill -9 of the core at random points of deploys, scale-ups, scale-downs, drains, removals and updates',
  run: (setting) => Rig.use({}, (rig) => killRounds(rig, setting)),
}

async function killRounds(rig: Rig, { random, rounds, say }: Setting): Promise<Figures> {
  const killed = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>
  const counted = { changes: 0, unanswered: 0, kills: 0, hostsTooBusyToAnswer: 0 }
  for (const [index, on] of (['docker', 'docker', 'process'] as const).entries())
    await rig.deploy(smallApp(`base-${index}`, { instances: 3, on }))
  let facts = await rig.settle()
  while (counted.kills < rounds) {
    const operation = choose(rig, { random, least: leastKilled(killed, random), number: counted.changes })
    const kills = Math.min(1 + random.below(MOST_KILLS), rounds - counted.kills)
    const before = await bodiesByApp(rig)
    const answered = await killDuring(rig, { operation, random, kills })
    if (answered || (await operation.taken())) operation.expect()
    if (!answered) counted.unanswered += 1
    const settled = await rig.settle().catch((error: unknown) => {
      throw new Error(`after ${kills} kills during "${operation.text}":\n${error instanceof Error ? error.message : String(error)}`)
    })
    const disturbed = operation.kept(before, await bodiesByApp(rig))
    // On a machine that is too busy to answer, a host counts as lost, and what runs there is rightly replaced.
    const lost = rig.follower.events.filter(({ seq, kind }) => seq > facts.events && kind === 'host.unreachable').length
    counted.hostsTooBusyToAnswer += lost
    assert(disturbed.length === 0 || lost > 0, `"${operation.text}" disturbed what it does not concern: ${disturbed.join(', ')}`)
    if (rig.wanted.drained.size > 0) await reopen(rig)
    facts = settled
    counted.changes += 1
    counted.kills += kills
    killed[operation.kind] += kills
    say(`${counted.kills}/${rounds} kills, ${counted.changes} changes; last: ${operation.text}`)
  }
  return { ...counted, ...killed, ...facts }
}

function leastKilled(killed: Record<Kind, number>, random: SeededRandom): Kind {
  const least = Math.min(...Object.values(killed))
  const candidates = KINDS.filter((kind) => killed[kind] === least)
  return candidates[random.below(candidates.length)] ?? 'deploy'
}

/** Asks for the change and kills the core, and then the cores after it, at random moments. Whether the change was answered. */
async function killDuring(
  rig: Rig,
  { operation, random, kills }: { operation: Operation; random: SeededRandom; kills: number },
): Promise<boolean> {
  let answered = false
  const asked = operation.ask().then(
    () => (answered = true),
    (error: unknown) => {
      if (isRefusal(error)) throw error
    },
  )
  // Now and then before the answer.
  if (random.chance(0.2)) await sleep(random.below(16))
  else {
    await asked
    await sleep(random.below(CHANGE_MS))
  }
  await rig.killCore()
  await asked
  for (let more = 1; more < kills; more += 1) {
    const core = rig.launch()
    if (random.chance(0.5)) await core.ready()
    await sleep(random.below(START_MS))
    await core.kill()
  }
  await rig.startCore()
  return answered
}

async function reopen(rig: Rig): Promise<void> {
  for (const name of rig.wanted.drained) await rig.client.hosts.uncordon({ name })
  rig.wanted.drained.clear()
}

async function bodiesByApp(rig: Rig): Promise<Map<string, Set<string>>> {
  const apps = new Map<string, Set<string>>()
  for (const app of rig.wanted.apps.keys()) apps.set(app, await rig.bodies(app))
  return apps
}

interface Choice {
  random: SeededRandom
  least: Kind
  number: number
}

/** The kind that had the fewest kills so far, where the apps there are allow it. */
function choose(rig: Rig, { random, least, number }: Choice): Operation {
  const apps = [...rig.wanted.apps]
  const some = (list: [string, number][]) => list[random.below(list.length)]
  const growing = some(apps.filter(([, count]) => count < MOST_INSTANCES))
  const shrinking = some(apps.filter(([, count]) => count > 0))
  const any = some(apps)
  if (least === 'removal' && any && apps.length > 1) return removal(rig, any[0])
  if (least === 'scale-up' && growing) return scaling(rig, growing, growing[1] + 1 + random.below(MOST_INSTANCES - growing[1]))
  if (least === 'scale-down' && shrinking) return scaling(rig, shrinking, random.below(shrinking[1]))
  if (least === 'update' && any) return update(rig, any, number)
  if (least === 'drain') return drain(rig, rig.lab.state.hosts[random.below(rig.lab.state.hosts.length)]?.name ?? '')
  if (apps.length < MOST_APPS)
    return deployment(rig, { name: `app-${number}`, instances: 2 + random.below(4), on: random.chance(0.25) ? 'process' : 'docker' })
  return any ? removal(rig, any[0]) : deployment(rig, { name: `app-${number}`, instances: 2, on: 'docker' })
}

function deployment(rig: Rig, { name, instances, on }: { name: string; instances: number; on: 'docker' | 'process' }): Operation {
  const spec = smallApp(name, { instances, on })
  return {
    kind: 'deploy',
    text: `deploy ${name} with ${instances} on ${on}`,
    ask: () => rig.client.apps.apply({ name, spec }),
    taken: () => exists(rig, name),
    expect: () => rig.wanted.apps.set(name, instances),
    kept: (before, after) => gone(before, after),
  }
}

function scaling(rig: Rig, [name, from]: [string, number], to: number): Operation {
  return {
    kind: to > from ? 'scale-up' : 'scale-down',
    text: `scale ${name} from ${from} to ${to}`,
    ask: () => rig.client.apps.scale({ name, instances: to }),
    taken: async () => (await rig.client.apps.get({ name })).spec.instances === to,
    expect: () => rig.wanted.apps.set(name, to),
    // Fewer: what is left must have run before. More: what ran before must run on.
    kept: (before, after) =>
      to > from ? gone(before, after) : [...gone(before, after, name), ...gone(new Map([[name, after.get(name) ?? new Set()]]), before)],
  }
}

function update(rig: Rig, [name]: [string, number], number: number): Operation {
  let revision = 0
  return {
    kind: 'update',
    text: `update ${name}`,
    ask: async () => {
      const { spec, revision: present } = await rig.client.apps.get({ name })
      revision = present
      await rig.client.apps.apply({ name, spec: { ...spec, env: { ...spec.env, CHANGE: String(number) } } })
    },
    taken: async () => (await rig.client.apps.get({ name })).revision > revision,
    expect: () => undefined,
    kept: (before, after) => gone(before, after, name),
  }
}

function removal(rig: Rig, name: string): Operation {
  return {
    kind: 'removal',
    text: `remove ${name}`,
    ask: () => rig.client.apps.remove({ name }),
    taken: async () => !(await exists(rig, name)) || (await rig.client.apps.get({ name })).state === 'removing',
    expect: () => rig.wanted.apps.delete(name),
    kept: (before, after) => gone(before, after, name),
  }
}

function drain(rig: Rig, host: string): Operation {
  return {
    kind: 'drain',
    text: `drain ${host}`,
    ask: () => rig.client.hosts.drain({ name: host }),
    taken: async () => (await rig.client.hosts.get({ name: host })).scheduling !== 'open',
    expect: () => rig.wanted.drained.add(host),
    kept: (before, after) => gone(before, after).filter((body) => !body.startsWith(`${host}/`)),
  }
}

/** Bodies that are not there any more, of all apps but one. */
function gone(before: ReadonlyMap<string, ReadonlySet<string>>, after: ReadonlyMap<string, ReadonlySet<string>>, but?: string): string[] {
  return [...before].flatMap(([app, bodies]) => (app === but ? [] : [...bodies].filter((body) => !after.get(app)?.has(body))))
}

async function exists(rig: Rig, name: string): Promise<boolean> {
  const { items } = await rig.client.apps.list({ limit: 1000 })
  return items.some((app) => app.name === name)
}
