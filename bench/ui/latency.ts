import type { Page } from 'playwright-core'
import { createClient } from '../../core/contract/client.ts'
import type { Event } from '../../core/contract/index.ts'
import type { PoolServer } from '../../tests/support/pool-server.ts'
import { progress, quantile, round, type Result } from '../report.ts'
import type { ConsoleWindows } from './console-window.ts'
import { Meter } from './meter.ts'
import { notePainted, type Painted } from './painted.ts'

/** Changes a second, made by so many calls that change so many hosts each, all over the pool. */
const CALLS_PER_SECOND = 20
const HOSTS_PER_CALL = 25
const SECONDS = 20
/** What is watched changes this often, one line after the other. */
const MARK_EVERY_MS = 200
/** What is still on its way when the changes end. */
const LAST_MS = 2000

type Client = ReturnType<typeof createClient>

/** One page whose lines are watched while the pool changes. */
interface Scene {
  name: string
  path: string
  /** Changes one of the watched lines; none where every change of the pool is a line. */
  mark?: (client: Client, turn: number) => Promise<unknown>
  /** What the line of `key` must say after `event`; null for events that are not watched. */
  expected: (event: Event) => { key: string; says: string } | null
}

/** While 500 hosts a second change: how long from an event, by the server's clock, until what it changes is painted in the window. */
export async function measureLatency(windows: ConsoleWindows, server: PoolServer): Promise<Result[]> {
  const client = createClient({ url: server.url, token: server.token })
  const results: Result[] = []
  for (const scene of await scenes(client)) results.push(...(await measureScene(scene, { windows, client })))
  return results
}

async function scenes(client: Client): Promise<Scene[]> {
  const hosts = (await client.hosts.list({ limit: 10 })).items.filter(({ scheduling }) => scheduling === 'open').map(({ name }) => name)
  const apps = (await client.apps.list({ limit: 10 })).items
  return [
    {
      name: 'hosts',
      path: '/hosts',
      mark: (to, turn) => {
        const name = of(hosts, turn)
        return Math.floor(turn / hosts.length) % 2 === 0 ? to.hosts.cordon({ name }) : to.hosts.uncordon({ name })
      },
      expected: ({ kind, host }) =>
        kind === 'host.cordoned' || kind === 'host.uncordoned'
          ? { key: host ?? '', says: kind === 'host.cordoned' ? 'cordoned' : 'open' }
          : null,
    },
    {
      name: 'apps',
      path: '/apps',
      mark: (to, turn) =>
        to.apps.scale({ name: of(apps, turn).name, instances: of(apps, turn).wanted + 1 + Math.floor(turn / apps.length) }),
      expected: ({ kind, app, data }) => (kind === 'app.scaled' ? { key: app ?? '', says: String(data['to']) } : null),
    },
    { name: 'events', path: '/events', expected: ({ seq }) => ({ key: String(seq), says: '' }) },
  ]
}

async function measureScene(scene: Scene, { windows, client }: { windows: ConsoleWindows; client: Client }): Promise<Result[]> {
  const page = await windows.open(scene.path)
  await page.evaluate(notePainted)
  const meter = await Meter.of(page)
  let requests = 0
  page.on('request', () => requests++)
  const from = (await client.events.list({ limit: 1 })).latest

  let changes = 0
  const spent = await meter.during(async () => {
    changes = await changeThePool(client, scene.mark)
  })
  await page.waitForTimeout(LAST_MS)
  const events = await eventsSince(client, from)
  const { latencies, missed } = compare(scene, events, await painted(page))
  await page.context().close()

  const p95 = quantile(latencies, 0.95)
  progress(
    `${scene.name}: ${round(changes / SECONDS)} changes/s, ${latencies.length} seen, ${missed} missed, p50 ${quantile(latencies, 0.5)} ms, p95 ${p95} ms, most ${Math.max(...latencies)} ms, ${round(requests / SECONDS)} requests/s, ${round(spent.mainThreadMs / SECONDS)} ms main thread each second`,
  )
  const of = (metric: string, value: number, unit: string): Result => ({ case: scene.name, metric, value, unit })
  return [
    of('changesPerSecond', round(changes / SECONDS), '1/s'),
    of('liveSamples', latencies.length, '1'),
    of('liveMissed', missed, '1'),
    of('liveP50Ms', quantile(latencies, 0.5), 'ms'),
    of('liveP95Ms', p95, 'ms'),
    of('liveRequestsPerSecond', round(requests / SECONDS), '1/s'),
    of('liveMainThreadMsPerSecond', round(spent.mainThreadMs / SECONDS), 'ms'),
    of('liveLongTasks', spent.longTasks, '1'),
  ]
}

/** Changes hosts of the whole pool, and the watched lines beside, for as long as the scene lasts. Returns how many it changed. */
async function changeThePool(client: Client, mark: Scene['mark']): Promise<number> {
  const { names } = await client.hosts.names({})
  const endAt = Date.now() + SECONDS * 1000
  let changes = 0
  const load = every(1000 / CALLS_PER_SECOND, endAt, async (turn) => {
    // Neighbours in the list change in turns far apart, as hosts of a real pool do.
    const chosen = Array.from({ length: HOSTS_PER_CALL }, (_, index) => of(names, turn * HOSTS_PER_CALL * 7 + index * 401))
    const { items } = await client.hosts.labelMany({ names: chosen, set: { turn: String(Date.now()) } })
    changes += items.filter(({ outcome }) => outcome === 'changed').length
  })
  await Promise.all([load, mark && every(MARK_EVERY_MS, endAt, (turn) => mark(client, turn))])
  return changes
}

/** Latencies of the watched changes; one that was not painted before the same line changed again is missed. */
function compare(scene: Scene, events: readonly Event[], seen: readonly Painted[]): { latencies: number[]; missed: number } {
  const wanted = events.flatMap((event) => {
    const expected = scene.expected(event)
    return expected ? [{ ...expected, at: event.at }] : []
  })
  const latencies: number[] = []
  let missed = 0
  for (const [index, { key, says, at }] of wanted.entries()) {
    const until = wanted.slice(index + 1).find((later) => later.key === key)?.at ?? Infinity
    const shown = seen.find((one) => one.key === key && one.says === says && one.at >= at && one.at < until)
    if (shown) latencies.push(shown.at - at)
    else missed++
  }
  // Of a log that moves faster than a window is long, only the lines that were in the window count.
  return { latencies, missed: scene.mark ? missed : 0 }
}

/** Does `work` at even times until `endAt`; when it takes longer than that, as often as it can. */
async function every(intervalMs: number, endAt: number, work: (turn: number) => Promise<unknown>): Promise<void> {
  for (let turn = 0, due = Date.now(); Date.now() < endAt; turn++, due += intervalMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())))
    await work(turn)
  }
}

async function eventsSince(client: Client, from: number): Promise<Event[]> {
  const all: Event[] = []
  for (let before: number | undefined; ;) {
    const { items } = await client.events.list({ limit: 1000, after: from, ...(before === undefined ? {} : { before }) })
    all.push(...items)
    before = items.at(-1)?.seq
    if (items.length < 1000) return all.reverse()
  }
}

function painted(page: Page): Promise<Painted[]> {
  return page.evaluate(() => (globalThis as unknown as { painted: Painted[] }).painted)
}

function of<T>(list: readonly T[], turn: number): T {
  const item = list[turn % list.length]
  if (item === undefined) throw new Error('the list is empty')
  return item
}
