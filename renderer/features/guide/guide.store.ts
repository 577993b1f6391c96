import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { z } from 'zod'
import type { Event, EventKind } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { useLive, useLoadWhenOpen } from '../../app/live.store.ts'
import { usePersonal } from '../../app/personal.ts'
import { usePoolStore } from '../../app/pool.store.ts'
import { useSessionStore } from '../../app/session.store.ts'
import { doneSteps, GUIDE_KINDS, GUIDE_STEPS } from './guide-steps.ts'

const LOADED = 200
const KINDS: ReadonlySet<EventKind> = new Set(GUIDE_KINDS)
const Kept = z.object({ dismissed: z.boolean(), begun: z.boolean(), looked: z.boolean() })

/** The first steps of a person; each one is found in the state of the console. */
export const useGuideStore = defineStore('guide', () => {
  const session = useSessionStore()
  const pool = usePoolStore()
  const { value: kept, set } = usePersonal('guide', Kept, { dismissed: false, begun: false, looked: false })
  const events = shallowRef<Event[]>([])
  const app = shallowRef<string | null>(null)
  const loaded = shallowRef(false)
  const done = computed(() =>
    doneSteps({ signedIn: session.me !== null, overview: pool.overview, events: events.value, looked: kept.value.looked }),
  )
  const complete = computed(() => done.value.size === GUIDE_STEPS.length)
  /** Whoever may not run anything needs no guide to it; who has done all of it before is not bothered. */
  const shown = computed(
    () =>
      loaded.value && pool.overview !== null && session.can('operator') && !kept.value.dismissed && (kept.value.begun || !complete.value),
  )
  watch(shown, (now) => {
    if (now && !kept.value.begun) set({ ...kept.value, begun: true })
  })

  async function load(): Promise<void> {
    if (!session.can('operator') || (complete.value && loaded.value)) return
    try {
      const lists = await Promise.all(GUIDE_KINDS.map((kind) => client.events.list({ kind, limit: LOADED })))
      const { items } = await client.apps.list({ limit: 1, sort: '-updatedAt' })
      events.value = lists.flatMap((list) => list.items)
      app.value = items[0]?.name ?? null
      loaded.value = true
    } catch {
      // Without an answer there is no guide for now; the line says that the console does not answer.
    }
  }
  useLive({
    events(batch) {
      const fresh = batch.filter(({ kind }) => KINDS.has(kind))
      if (fresh.length > 0 && !complete.value) events.value = [...events.value, ...fresh]
      for (const { kind, app: name } of batch) {
        if (kind === 'app.created') app.value = name
        if (kind === 'app.removed' && app.value === name) app.value = null
      }
    },
  })
  useLoadWhenOpen(() => void load())

  return {
    done,
    complete,
    shown,
    app,
    dismiss: () => set({ ...kept.value, dismissed: true }),
    reopen: () => set({ ...kept.value, dismissed: false, begun: true }),
    looked() {
      if (!kept.value.looked) set({ ...kept.value, looked: true })
    },
  }
})
