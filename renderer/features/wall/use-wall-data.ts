import { computed, ref, watch, type ComputedRef, type ShallowRef } from 'vue'
import type { Attention, CentreOverview, Overview } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { useLiveStore } from '../../app/live.store.ts'
import { useLiveQuery } from '../../shared/data/use-live-query.ts'
import { useNow } from '../../shared/format/use-format.ts'
import { isStale, REFRESH_MS } from './model/freshness.ts'

/** No screen shows more than this, whatever is wrong. */
const CONCERNS = 60
const TIMEOUT_MS = 10_000

export interface WallPicture {
  overview: Overview
  attention: Attention
  /** The centre that is shown alone; null = all, undefined = nobody knows it. */
  centre: CentreOverview | null | undefined
  loadedAt: number
}

export interface WallData {
  picture: ShallowRef<WallPicture | null>
  stale: ComputedRef<boolean>
  /** Age of the picture, or of the wall itself while there is none. */
  ageMs: ComputedRef<number>
  /** Now, by the clock of the console's server: what "since" is counted from. */
  serverNow: ComputedRef<number>
}

/** The picture of the wall: the latest one alone is kept, however long it runs. */
export function useWallData(centre: () => string | null): WallData {
  const live = useLiveStore()
  const now = useNow()
  const startedAt = Date.now()
  const lostAt = ref<number | null>(null)
  watch(
    () => live.status,
    (status) => {
      if (status === 'live') lostAt.value = null
      else if (status === 'lost') lostAt.value ??= Date.now()
    },
    { immediate: true },
  )

  async function load(cancelled: AbortSignal): Promise<WallPicture> {
    const signal = AbortSignal.any([cancelled, AbortSignal.timeout(TIMEOUT_MS)])
    const shown = centre()
    const [overview, attention] = await Promise.all([
      client.system.overview(undefined, { signal }),
      client.system.attention({ limit: CONCERNS, ...(shown === null ? {} : { centre: shown }) }, { signal }),
    ])
    const own = shown === null ? null : overview.centres.find((one) => (one.centre ?? '') === shown)
    return { overview, attention, centre: own, loadedAt: Date.now() }
  }

  const { data: picture } = useLiveQuery({
    load,
    affectedBy: ({ kind }) => !kind.startsWith('user.') && !kind.startsWith('token.'),
    watch: centre,
    everyMs: REFRESH_MS,
    atMostEveryMs: 1000,
  })
  const ageMs = computed(() => Math.max(0, now.value - (picture.value?.loadedAt ?? startedAt)))
  const stale = computed(() => isStale({ lostAt: lostAt.value, loadedAt: picture.value?.loadedAt ?? null, startedAt }, now.value))
  const serverNow = computed(() => now.value + (picture.value ? picture.value.overview.now - picture.value.loadedAt : 0))
  return { picture, stale, ageMs, serverNow }
}
