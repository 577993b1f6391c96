import type { Page } from 'playwright-core'
import type { Event } from '../../core/contract/index.ts'
import { createClient } from '../../core/contract/client.ts'
import type { PoolServer } from '../../tests/support/pool-server.ts'
import { progress, quantile, round, type Result } from '../report.ts'
import type { ConsoleWindows } from './console-window.ts'

/** Changes a second, made by so many calls that change so many hosts each. */
const CALLS_PER_SECOND = 5
const HOSTS_PER_CALL = 100
const SECONDS = 30
const SHOWN_HOST = 'host-0003'

interface Seen {
  at: number
  key: string
}

/**
 * While 500 hosts a second change, how long it takes from an event to what it changes on the screen: of one host in the list,
 * which is cordoned and opened in turn, and of the lines of the event log.
 */
export async function measureLatency(windows: ConsoleWindows, server: PoolServer): Promise<Result[]> {
  const client = createClient({ url: server.url, token: server.token })
  const list = await windows.open('/hosts')
  const log = await windows.open('/events')
  await list.evaluate(noteStatus, SHOWN_HOST)
  await log.evaluate(noteLines)
  const { items } = await client.events.list({ limit: 1 })
  const from = items[0]?.seq ?? 0

  const endAt = Date.now() + SECONDS * 1000
  let changes = 0
  const load = every(1000 / CALLS_PER_SECOND, endAt, async (turn) => {
    const names = Array.from({ length: HOSTS_PER_CALL }, (_, index) => hostName(1000 + ((turn * HOSTS_PER_CALL + index) % 5000)))
    await client.hosts.labelMany({ names, set: { turn: String(turn) } })
    changes += names.length
  })
  const marks = every(700, endAt, (turn) =>
    turn % 2 === 0 ? client.hosts.cordon({ name: SHOWN_HOST }) : client.hosts.uncordon({ name: SHOWN_HOST }),
  )
  await Promise.all([load, marks])
  await list.waitForTimeout(1500)

  const events = await eventsSince(client, from)
  const perSecond = round(changes / SECONDS)
  progress(`${changes} changes in ${SECONDS} s, ${events.length} events`)
  const marked = events.filter(({ host, kind }) => host === SHOWN_HOST && /host\.(un)?cordoned/.test(kind))
  const statuses = await seenBy(list)
  const lines = new Map((await seenBy(log)).map(({ key, at }) => [Number(key), at]))
  const onList = marked.flatMap(({ at, kind }) => {
    const wanted = kind === 'host.cordoned' ? 'cordoned' : 'open'
    const shown = statuses.find((one) => one.key === wanted && one.at >= at)
    return shown ? [shown.at - at] : []
  })
  const onLog = events.flatMap(({ seq, at }) => (lines.has(seq) ? [lines.get(seq)! - at] : []))
  await list.context().close()
  await log.context().close()
  return [...reported('hosts', onList, perSecond), ...reported('events', onLog, perSecond)]
}

function reported(name: string, latencies: readonly number[], changesPerSecond: number): Result[] {
  progress(`${name}: ${latencies.length} changes seen, p50 ${quantile(latencies, 0.5)} ms, p95 ${quantile(latencies, 0.95)} ms`)
  return [
    { case: name, metric: 'changesPerSecond', value: changesPerSecond, unit: '1/s' },
    { case: name, metric: 'liveSamples', value: latencies.length, unit: '1' },
    { case: name, metric: 'liveP50Ms', value: quantile(latencies, 0.5), unit: 'ms' },
    { case: name, metric: 'liveP95Ms', value: quantile(latencies, 0.95), unit: 'ms' },
  ]
}

const hostName = (index: number) => `host-${String(index + 1).padStart(4, '0')}`

/** Does `work` at even times until `endAt`; when it takes longer than that, as often as it can. */
async function every(intervalMs: number, endAt: number, work: (turn: number) => Promise<unknown>): Promise<void> {
  for (let turn = 0, due = Date.now(); Date.now() < endAt; turn++, due += intervalMs) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())))
    await work(turn)
  }
}

async function eventsSince(client: ReturnType<typeof createClient>, from: number) {
  const all: Event[] = []
  for (let before: number | undefined; ;) {
    const { items } = await client.events.list({ limit: 1000, after: from, ...(before === undefined ? {} : { before }) })
    all.push(...items)
    before = items.at(-1)?.seq
    if (items.length < 1000) return all
  }
}

function seenBy(page: Page): Promise<Seen[]> {
  return page.evaluate(() => (globalThis as unknown as { seen: Seen[] }).seen)
}

/** Runs in the page: notes when the line of a host starts and ceases to say that it is cordoned. */
function noteStatus(host: string): void {
  const seen: Seen[] = []
  Object.assign(globalThis, { seen })
  let last = ''
  const look = () => {
    const row = [...document.querySelectorAll('main tr')].find((line) => line.textContent.includes(host))
    const now = row?.querySelector('[data-status=cordoned]') ? 'cordoned' : 'open'
    if (now !== last) seen.push({ key: now, at: Date.now() })
    last = now
  }
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
  look()
}

/** Runs in the page: notes when each line of the event log is first on the screen. */
function noteLines(): void {
  const seen: Seen[] = []
  const known = new Set<string>()
  Object.assign(globalThis, { seen })
  new MutationObserver(() => {
    for (const line of document.querySelectorAll<HTMLElement>('main [data-seq]')) {
      const key = line.dataset['seq'] ?? ''
      if (known.has(key)) continue
      known.add(key)
      seen.push({ key, at: Date.now() })
    }
  }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-seq'] })
}
