import { useIntervalFn } from '@vueuse/core'
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { Event, TopologyHost } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { useLive, useLoadWhenOpen } from '../../app/live.store.ts'
import { coalesce } from '../../shared/data/coalesce.ts'
import { isAborted, toProblem, type ProblemView } from '../../shared/feedback/problem.ts'
import { patchHost, RESHAPES } from './model/live-patch.ts'
import { buildTree, placeKey, type CentreNode } from './model/tree.ts'

export interface PoolPicture {
  /** Every host as it is now, by name. Changes in place; `onChange` tells of it. */
  hosts: ReadonlyMap<string, TopologyHost>
  /** The same hosts as a list; a new one with every change. */
  all: ShallowRef<readonly TopologyHost[]>
  /** Where the hosts stand; a new one only when hosts come, go or move. */
  tree: ShallowRef<readonly CentreNode[]>
  /** Apps with most instances first, as they were at the last whole load, so that colours do not jump. */
  apps: ShallowRef<readonly string[]>
  loaded: ShallowRef<boolean>
  problem: ShallowRef<ProblemView | null>
  reload: () => Promise<void>
  /** Tells which hosts changed, at most every 120 ms or so. */
  onChange: (listener: (names: ReadonlySet<string>) => void) => void
}

/** After an event the event itself is shown at once; what it does not tell, such as what is reserved, is asked for this often. */
const ASK_INTERVAL_MS = 1000
const ASK_AT_MOST = 150
/** Measured use changes all the time, and no event tells of it. */
const WHOLE_INTERVAL_MS = 30_000
const REMEMBERED_EVENTS = 5000

function appsBySize(hosts: Iterable<TopologyHost>): string[] {
  const sizes = new Map<string, number>()
  for (const host of hosts) for (const { app } of host.instances) sizes.set(app, (sizes.get(app) ?? 0) + 1)
  return [...sizes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([app]) => app)
}

/** The whole pool, loaded once and then kept true by the event stream: only what changed is patched and asked for. */
export function usePoolPicture(): PoolPicture {
  const hosts = new Map<string, TopologyHost>()
  const tree = shallowRef<readonly CentreNode[]>([])
  const apps = shallowRef<readonly string[]>([])
  const all = shallowRef<readonly TopologyHost[]>([])
  const loaded = shallowRef(false)
  const problem = shallowRef<ProblemView | null>(null)
  const listeners = new Set<(names: ReadonlySet<string>) => void>()
  const ended = new AbortController()
  const touched = new Set<string>()
  let recent: Event[] = []
  let whole = false

  function changed(names: ReadonlySet<string>, reshaped: boolean): void {
    if (reshaped) tree.value = buildTree([...hosts.values()])
    if (names.size === 0 && !reshaped) return
    all.value = [...hosts.values()]
    for (const listener of listeners) listener(names)
  }

  /** Takes an answer, and once more the events that came after it was written. Returns whether hosts came or moved. */
  function take(answer: { seq: number; hosts: TopologyHost[] }): boolean {
    let reshaped = false
    const later = Map.groupBy(
      recent.filter((event) => event.seq > answer.seq),
      (event) => event.host,
    )
    for (const host of answer.hosts) {
      const known = hosts.get(host.name)
      reshaped ||= !known || placeKey(known) !== placeKey(host)
      hosts.set(host.name, (later.get(host.name) ?? []).reduce(patchHost, host))
    }
    return reshaped
  }

  async function loadWhole(): Promise<void> {
    const answer = await client.system.topology({}, { signal: ended.signal })
    const there = new Set(answer.hosts.map(({ name }) => name))
    const gone = [...hosts.keys()].filter((name) => !there.has(name))
    for (const name of gone) hosts.delete(name)
    const reshaped = take(answer) || gone.length > 0 || !loaded.value
    apps.value = appsBySize(hosts.values())
    loaded.value = true
    changed(there, reshaped)
  }

  async function loadTouched(): Promise<void> {
    const names = [...touched].slice(0, ASK_AT_MOST)
    for (const name of names) touched.delete(name)
    if (names.length === 0) return
    const answer = await client.system.topology({ hosts: names.join(',') }, { signal: ended.signal })
    const there = new Set(answer.hosts.map(({ name }) => name))
    const gone = names.filter((name) => !there.has(name) && hosts.delete(name))
    changed(new Set(names), take(answer) || gone.length > 0)
  }

  async function reload(): Promise<void> {
    try {
      if (whole || !loaded.value) {
        whole = false
        await loadWhole()
      } else await loadTouched()
      problem.value = null
    } catch (error) {
      if (!isAborted(error) && !ended.signal.aborted) problem.value = toProblem(error)
    }
    if (touched.size > 0) soon.request()
  }

  const soon = coalesce(reload, ASK_INTERVAL_MS)

  function follow(events: readonly Event[]): void {
    recent = [...recent, ...events].slice(-REMEMBERED_EVENTS)
    const names = new Set<string>()
    for (const event of events) {
      if (event.host === null) continue
      const host = hosts.get(event.host)
      if (host || RESHAPES.has(event.kind)) touched.add(event.host)
      const patched = host && patchHost(host, event)
      if (!patched || patched === host) continue
      hosts.set(event.host, patched)
      names.add(event.host)
    }
    changed(names, false)
    if (touched.size > 0) soon.request()
  }

  function wholeSoon(): void {
    whole = true
    soon.request()
  }

  useLive({ events: follow })
  useLoadWhenOpen(wholeSoon)
  useIntervalFn(() => {
    if (!document.hidden) wholeSoon()
  }, WHOLE_INTERVAL_MS)
  onScopeDispose(() => {
    ended.abort()
    soon.stop()
  })
  return {
    ...{ hosts, all, tree, apps, loaded, problem },
    reload: async () => {
      whole = true
      await reload()
    },
    onChange(listener) {
      listeners.add(listener)
      onScopeDispose(() => listeners.delete(listener))
    },
  }
}
