import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { z } from 'zod'
import type { Event, EventKind } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { useLive, useLoadWhenOpen } from '../../app/live.store.ts'
import { usePersonal } from '../../app/personal.ts'
import { useSessionStore } from '../../app/session.store.ts'
import { coalesce } from '../../shared/data/coalesce.ts'
import { toProblem, type ProblemView } from '../../shared/feedback/problem.ts'
import { deriveNotices, isUnread, noticeEventKinds, type Trouble } from './derive-notices.ts'
import type { Notice } from './notice.ts'

const LOADED = 500
const KEPT_EVENTS = 2000
const TOLD_MS = 7 * 24 * 60 * 60_000
const MAX_TROUBLES = 20
const TROUBLES_MS = 2000
const TROUBLE_KINDS: readonly EventKind[] = [
  'instance.failed',
  'instance.unhealthy',
  'instance.unreachable',
  'instance.stopped',
  'app.waiting',
  'app.backing-off',
  'app.created',
]

const Kept = z.object({
  upTo: z.number(),
  one: z.record(z.string(), z.number()),
  muted: z.array(z.string()),
  quiet: z.boolean(),
  sound: z.boolean(),
  system: z.boolean(),
})
type Kept = z.output<typeof Kept>

async function loadTroubles(): Promise<Trouble[]> {
  const { items } = await client.system.attention({ limit: MAX_TROUBLES })
  const concerns = items.flatMap((concern) => ('app' in concern ? [concern] : []))
  const last = await Promise.all(
    concerns.map(({ app }) => client.events.list({ app: app.name, kind: TROUBLE_KINDS.join(','), limit: 1 }).then((page) => page.items[0])),
  )
  return concerns.flatMap((concern, index) => (last[index] ? [{ concern, event: last[index] }] : []))
}

/** Serious events since a person looked last. What is read is remembered for each person on this machine. */
export const useNotificationsStore = defineStore('notifications', () => {
  const session = useSessionStore()
  const { value: kept, set } = usePersonal<Kept>('notifications', Kept, {
    upTo: 0,
    one: {},
    muted: [],
    quiet: false,
    sound: false,
    system: false,
  })
  const events = shallowRef<Event[]>([])
  const troubles = shallowRef<Trouble[]>([])
  const problem = shallowRef<ProblemView | null>(null)
  const loaded = ref(false)
  const kinds = computed(() => noticeEventKinds(session.can('administrator')))
  const notices = computed(() => deriveNotices(events.value, troubles.value))
  const isMuted = (notice: Notice) => kept.value.muted.includes(notice.id)
  const isNew = (notice: Notice) => isUnread(notice, kept.value) && !isMuted(notice)
  const unread = computed(() => notices.value.filter(isNew))
  const listeners = new Set<(fresh: Notice[]) => void>()

  async function refreshTroubles(): Promise<void> {
    const before = new Set(notices.value.map(({ id }) => id))
    try {
      troubles.value = await loadTroubles()
    } catch {
      // The line to the console says when it does not answer; what was known stays.
      return
    }
    if (loaded.value) tell(notices.value.filter(({ id }) => !before.has(id)))
  }
  async function load(): Promise<void> {
    if (!session.me) return
    try {
      const { items } = await client.events.list({ kind: kinds.value.join(','), limit: LOADED })
      events.value = items.filter(({ at }) => Date.now() - at < TOLD_MS)
      problem.value = null
    } catch (error) {
      problem.value = toProblem(error)
    }
    await refreshTroubles()
    loaded.value = true
  }

  function tell(candidates: readonly Notice[]): void {
    const fresh = candidates.filter((notice) => !notice.over && isNew(notice))
    if (fresh.length > 0 && !kept.value.quiet) listeners.forEach((listener) => listener(fresh))
  }

  const troublesSoon = coalesce(refreshTroubles, TROUBLES_MS)
  useLive({
    events(batch) {
      const known = new Set(events.value.map(({ seq }) => seq))
      const fresh = batch.filter(({ kind, seq }) => kinds.value.includes(kind) && !known.has(seq))
      if (fresh.length > 0) {
        events.value = [...fresh.toReversed(), ...events.value].slice(0, KEPT_EVENTS)
        const latest = new Set(fresh.map(({ seq }) => seq))
        tell(notices.value.filter(({ seq }) => latest.has(seq)))
      }
      if (batch.some(({ app }) => app !== null)) troublesSoon.request()
    },
  })
  useLoadWhenOpen(() => void load())

  const newest = () => Math.max(kept.value.upTo, ...notices.value.map(({ seq }) => seq))

  return {
    kept,
    notices,
    unread,
    problem,
    loaded,
    load,
    isNew,
    isMuted,
    markRead: (notice: Notice) => set({ ...kept.value, one: { ...kept.value.one, [notice.id]: notice.seq } }),
    markAllRead: () => set({ ...kept.value, upTo: newest(), one: {} }),
    toggleMuted(notice: Notice) {
      const others = kept.value.muted.filter((id) => id !== notice.id)
      set({ ...kept.value, muted: isMuted(notice) ? others : [...others, notice.id] })
    },
    choose: (choice: Partial<Pick<Kept, 'quiet' | 'sound' | 'system'>>) => set({ ...kept.value, ...choice }),
    /** Called with what is new and not muted, for as long as the console is not asked to be quiet. */
    onFresh(listener: (fresh: Notice[]) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
})
