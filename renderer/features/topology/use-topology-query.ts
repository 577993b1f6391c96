import { computed, watch, type WritableComputedRef } from 'vue'
import { useRoute, useRouter, type LocationQuery } from 'vue-router'
import { HOST_STATES, type HostState, type TopologyFilter } from './model/filter.ts'
import { COLOUR_MODES, type ColourMode } from './model/paint.ts'

export const VIEWS = ['racks', 'graph'] as const
export type TopologyView = (typeof VIEWS)[number]

function oneOf<T extends string>(options: readonly T[], value: unknown): T | null {
  return options.find((option) => option === value) ?? null
}

/** What is shown and how, as the address says: every state of the page is a link, and both views share it. */
export function useTopologyQuery() {
  const route = useRoute()
  const router = useRouter()
  const read = (name: string): string => {
    const value = route.query[name]
    return typeof value === 'string' ? value : ''
  }
  // Two changes in a row: the second must not be made of the address before the first.
  let latest = route.query
  watch(
    () => route.query,
    (query) => (latest = query),
  )
  const write = (change: Record<string, string | undefined>) => {
    if (Object.entries(change).every(([name, value]) => latest[name] === value)) return
    latest = { ...latest, ...change } as LocationQuery
    void router.replace({ query: latest })
  }

  function field<T extends string | null>(name: string, from: (text: string) => T, standard: T = from('')): WritableComputedRef<T> {
    return computed({
      get: () => from(read(name)),
      set: (value) => write({ [name]: value === standard || value === null ? undefined : value }),
    })
  }

  const view = field<TopologyView>('view', (text) => oneOf(VIEWS, text) ?? 'racks')
  const colour = field<ColourMode>('colour', (text) => oneOf(COLOUR_MODES, text) ?? 'health')
  const text = field<string>('q', (value) => value)
  const app = field<string | null>('app', (value) => value || null)
  const state = field<HostState | null>('state', (value) => oneOf(HOST_STATES, value))
  const label = field<string | null>('label', (value) => value || null)
  const selected = field<string | null>('host', (value) => value || null)
  const filter = computed<TopologyFilter>(() => ({ text: text.value, app: app.value, state: state.value, label: label.value }))

  return {
    view,
    colour,
    text,
    app,
    state,
    label,
    selected,
    filter,
    clear: () => write({ q: undefined, app: undefined, state: undefined, label: undefined }),
  }
}
export type TopologyQuery = ReturnType<typeof useTopologyQuery>
