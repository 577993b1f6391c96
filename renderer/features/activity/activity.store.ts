import { useIntervalFn } from '@vueuse/core'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { App, Event, EventKind, Host } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { useLive, useLoadWhenOpen } from '../../app/live.store.ts'
import { useSessionStore } from '../../app/session.store.ts'
import { coalesce } from '../../shared/data/coalesce.ts'
import { toProblem, type ProblemView } from '../../shared/feedback/problem.ts'
import type { Cancel } from './activity.ts'
import { APP_KINDS, deriveActivities, DRAIN_KINDS, IMPORT_KINDS, openSubjects } from './derive-activity.ts'

const LOADED = 500
const KEPT_EVENTS = 3000
/** So many apps and hosts are looked at in detail; more at once is a matter for the lists. */
const MAX_SUBJECTS = 30
const STATE_MS = 500
/** Counts change without an event, too, such as instances that are still starting. */
const RECHECK_MS = 5000

const KINDS: ReadonlySet<EventKind> = new Set([...APP_KINDS, ...DRAIN_KINDS, ...IMPORT_KINDS])

const byName = <T extends { name: string }>(items: readonly T[]) => new Map(items.map((item) => [item.name, item]))

async function loadApps(names: readonly string[]): Promise<Map<string, App>> {
  const asked = names.slice(0, MAX_SUBJECTS)
  if (asked.length === 0) return new Map()
  return byName((await client.apps.list({ names: asked.join(','), limit: asked.length })).items)
}

async function loadHosts(names: readonly string[]): Promise<Map<string, Host>> {
  const loaded = await Promise.allSettled(names.slice(0, MAX_SUBJECTS).map((name) => client.hosts.get({ name })))
  return byName(loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
}

/** What goes on: read from the log and the state of its subjects, so that a reload or another window shows the same. */
export const useActivityStore = defineStore('activity', () => {
  const session = useSessionStore()
  const events = shallowRef<Event[]>([])
  const apps = shallowRef<ReadonlyMap<string, App>>(new Map())
  const hosts = shallowRef<ReadonlyMap<string, Host>>(new Map())
  const problem = shallowRef<ProblemView | null>(null)
  const loaded = ref(false)
  const now = ref(Date.now())
  const subjects = computed(() => openSubjects(events.value))
  const activities = computed(() => deriveActivities({ events: events.value, apps: apps.value, hosts: hosts.value, now: now.value }))
  const running = computed(() => activities.value.filter(({ endedAt }) => endedAt === null))

  async function loadState(): Promise<void> {
    try {
      const [nextApps, nextHosts] = await Promise.all([loadApps(subjects.value.apps), loadHosts(subjects.value.hosts)])
      apps.value = nextApps
      hosts.value = nextHosts
      now.value = Date.now()
    } catch {
      // The line to the console says when it does not answer; what was known stays.
    }
  }

  async function load(): Promise<void> {
    if (!session.me) return
    try {
      const lists = await Promise.all(
        [APP_KINDS, DRAIN_KINDS, IMPORT_KINDS].map((kinds) => client.events.list({ kind: kinds.join(','), limit: LOADED })),
      )
      events.value = [...new Map(lists.flatMap(({ items }) => items).map((event) => [event.seq, event])).values()]
      problem.value = null
    } catch (error) {
      problem.value = toProblem(error)
    }
    loaded.value = true
    await loadState()
  }

  const stateSoon = coalesce(loadState, STATE_MS)
  useLive({
    events(batch) {
      const known = new Set(events.value.map(({ seq }) => seq))
      const fresh = batch.filter(({ kind, seq }) => KINDS.has(kind) && !known.has(seq))
      if (fresh.length > 0) events.value = [...fresh.toReversed(), ...events.value].slice(0, KEPT_EVENTS)
      const { apps: openApps, hosts: openHosts } = subjects.value
      if (batch.some(({ app, host }) => (app !== null && openApps.includes(app)) || (host !== null && openHosts.includes(host))))
        stateSoon.request()
    },
  })
  useLoadWhenOpen(() => void load())
  useIntervalFn(() => {
    now.value = Date.now()
    if (running.value.length > 0 && !document.hidden) stateSoon.request()
  }, RECHECK_MS)

  async function cancel(how: Cancel): Promise<void> {
    switch (how.by) {
      case 'uncordon':
        await client.hosts.uncordon({ name: how.host })
        break
      case 'rollback':
        await client.apps.rollback({ name: how.app, generation: how.generation, revision: how.revision })
        break
      case 'scale':
        await client.apps.scale({ name: how.app, generation: how.generation, instances: how.instances })
        break
      case 'start':
      case 'stop':
        await client.apps[how.by]({ name: how.app, generation: how.generation })
    }
    await load()
  }

  return { activities, running, loaded, problem, load, cancel }
})
