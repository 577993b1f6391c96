import { createHash } from 'node:crypto'
import type { Event } from '../../core/contract/index.ts'
import type { Deed } from './engine-history.ts'
import type { Seen } from './hosts-view.ts'

export interface WantedState {
  /** Instances by app; an app that is not in here must have left nothing. */
  apps: ReadonlyMap<string, number>
  /** Hosts that must be empty. */
  drained: ReadonlySet<string>
}

/**
 * What is wrong with the hosts, one sentence each; empty when exactly what is wanted runs: no instance lost, doubled or
 * orphaned. `failed` are the instances that ended by themselves, whose remains are kept for a while. Pure.
 */
export function hostViolations(seen: readonly Seen[], wanted: WantedState, failed: ReadonlySet<string>): string[] {
  const wrong: string[] = []
  const running = seen.filter((item) => item.running)
  for (const [app, count] of wanted.apps) {
    const there = running.filter((item) => item.app === app).length
    if (there !== count) wrong.push(`${app}: ${there} run, ${count} are wanted`)
    const revisions = new Set(running.filter((item) => item.app === app).map(({ revision }) => revision))
    if (revisions.size > 1) wrong.push(`${app}: revisions ${[...revisions].join(' and ')} run side by side`)
  }
  for (const [instance, bodies] of Map.groupBy(seen, (item) => item.instance))
    if (bodies.length > 1) wrong.push(`${instance} is there ${bodies.length} times: on ${bodies.map(({ host }) => host).join(', ')}`)
  for (const item of seen) {
    if (!wanted.apps.has(item.app)) wrong.push(`${item.instance} on ${item.host} belongs to nothing`)
    else if (!item.running && !failed.has(item.instance)) wrong.push(`${item.instance} on ${item.host} has ended and was left behind`)
    if (wanted.drained.has(item.host) && item.running) wrong.push(`${item.instance} is on ${item.host}, which is drained`)
  }
  return wrong
}

const ENDS = new Set(['instance.stopped', 'instance.failed', 'instance.surplus'])

/** What is wrong with the event log by itself: a gap, a repeat, a changed line, an instance with two beginnings or two ends. Pure. */
export function logViolations(events: readonly Event[]): string[] {
  const wrong: string[] = []
  let hash = '0'.repeat(64)
  for (const [index, event] of events.entries()) {
    if (event.seq !== index + 1) return [`event ${index + 1} is missing, or there twice: the log has ${event.seq} in its place`]
    const content = [event.seq, event.at, event.kind, event.actor, event.app, event.host, event.instance, JSON.stringify(event.data)]
    hash = createHash('sha256').update(hash).update(JSON.stringify(content)).digest('hex')
    if (hash !== event.hash) return [`event ${event.seq} is not what was written: its hash does not fit`]
  }
  for (const [id, own] of byInstance(events)) {
    const kinds = own.map(({ kind }) => kind)
    const count = (kind: string) => kinds.filter((item) => item === kind).length
    // What is found after its end, as when somebody made it anew by hand, is told as surplus when it is removed.
    const ends = Math.max(count('instance.stopped') + count('instance.failed'), count('instance.surplus'))
    if (count('instance.placed') > 1) wrong.push(`${id} was placed ${count('instance.placed')} times`)
    if (count('instance.running') > 1) wrong.push(`${id} is told to run ${count('instance.running')} times`)
    if (count('instance.placed') === 0 && kinds.some((kind) => kind !== 'instance.surplus'))
      wrong.push(`${id} was never placed, but ${kinds.join(', ')}`)
    if (ends > 1) wrong.push(`${id} ends ${ends} times: ${kinds.join(', ')}`)
  }
  return wrong
}

function byInstance(events: readonly Event[]): Map<string, Event[]> {
  const groups = new Map<string, Event[]>()
  for (const event of events) {
    if (event.instance === null || !event.kind.startsWith('instance.')) continue
    const group = groups.get(event.instance)
    if (group) group.push(event)
    else groups.set(event.instance, [event])
  }
  return groups
}

/** Where the event log and what runs tell different stories. Holds once everything is quiet. Pure. */
export function agreementViolations(seen: readonly Seen[], events: readonly Event[]): string[] {
  const told = byInstance(events)
  const wrong: string[] = []
  const running = new Map(seen.filter((item) => item.running).map((item) => [item.instance, item]))
  for (const [id, { host }] of running) {
    const own = told.get(id) ?? []
    const kinds = own.map(({ kind }) => kind)
    if (!kinds.includes('instance.placed') || !(kinds.includes('instance.running') || kinds.includes('instance.returned')))
      wrong.push(`${id} runs on ${host}, and the log only has: ${kinds.join(', ') || 'nothing'}`)
    if (kinds.some((kind) => ENDS.has(kind))) wrong.push(`${id} runs on ${host}, and the log says that it ended: ${kinds.join(', ')}`)
    if (own.some((event) => event.host !== host)) wrong.push(`${id} runs on ${host}, and the log has it elsewhere`)
  }
  for (const [id, own] of told)
    if (!running.has(id) && !own.some(({ kind }) => ENDS.has(kind)))
      wrong.push(`${id} does not run, and the log has no end of it: ${own.map(({ kind }) => kind).join(', ')}`)
  return wrong
}

export interface Balance {
  wrong: string[]
  starts: number
  ends: number
}

/**
 * Compares what the engines say they did with the log and with what runs: each instance was made and started at most once, under
 * the name of a placement, and every start has its end unless it runs. `hosts` are those whose history is complete. Pure.
 */
export function historyBalance(
  deeds: readonly Deed[],
  sides: { seen: readonly Seen[]; events: readonly Event[] },
  hosts: ReadonlySet<string>,
): Balance {
  const wrong: string[] = []
  const told = byInstance(sides.events)
  const counted = deeds.filter(({ host }) => hosts.has(host))
  const of = (action: Deed['action']) => counted.filter((deed) => deed.action === action)
  for (const [id, own] of Map.groupBy(counted, ({ instance }) => instance)) {
    const creations = new Set(own.filter(({ action }) => action === 'create').map(({ container }) => container)).size
    const starts = own.filter(({ action }) => action === 'start').length
    if (creations > 1 || starts > 1) wrong.push(`${id} was made ${creations} times and started ${starts} times`)
    if (!told.has(id)) wrong.push(`${id} was made on ${own[0]?.host}, and the log knows nothing of it`)
  }
  const running = sides.seen.filter((item) => item.running && hosts.has(item.host)).length
  const [starts, ends] = [of('start').length, of('die').length]
  if (starts - ends !== running) wrong.push(`the engines count ${starts} starts and ${ends} ends, and ${running} run`)
  return { wrong, starts, ends }
}
