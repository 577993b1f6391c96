import { nextTick, onScopeDispose, watch, type Ref } from 'vue'
import { useRoute, useRouter, type RouteLocationNormalizedLoaded } from 'vue-router'
import { FEATURES } from '../features.ts'
import { usePlacesStore } from '../places.store.ts'

const KEPT_POSITIONS = 100
/** A page that loads its content grows for a while; so long its old place is looked for. */
const RESTORE_MS = 1500

/** Another object is another page; another tab of the same object is not. */
export function pageKey(shown: RouteLocationNormalizedLoaded): string {
  return `${String(shown.name)} ${nameOf(shown)}`
}

function nameOf({ params }: RouteLocationNormalizedLoaded): string {
  return String(params['name'] ?? params['id'] ?? '')
}

const historyPosition = () => (globalThis.history.state as { position?: number } | null)?.position ?? 0

/** A new page starts at its top; a page returned to with "back" is where it was left; objects looked at are remembered. */
export function usePageMemory(content: Readonly<Ref<HTMLElement | null>>): void {
  const route = useRoute()
  const router = useRouter()
  const places = usePlacesStore()
  const kinds = FEATURES.flatMap((feature) => feature.objects ?? [])
  const tops = new Map<number, number>()
  let position = historyPosition()

  let returning = false
  const listening = [
    router.options.history.listen(() => (returning = true)),
    router.beforeEach(() => {
      tops.set(position, content.value?.scrollTop ?? 0)
      if (tops.size > KEPT_POSITIONS) tops.delete(Math.min(...tops.keys()))
    }),
    router.afterEach(() => {
      position = historyPosition()
      if (!returning) tops.delete(position)
      returning = false
    }),
  ]
  onScopeDispose(() => listening.forEach((stop) => stop()))

  function restore(top: number): void {
    const own = position
    const end = performance.now() + RESTORE_MS
    const step = () => {
      content.value?.scrollTo(0, top)
      if (position === own && (content.value?.scrollTop ?? top) < top && performance.now() < end) requestAnimationFrame(step)
    }
    step()
  }

  watch(
    () => pageKey(route),
    () => void nextTick(() => restore(tops.get(position) ?? 0)),
  )
  watch(
    () => pageKey(route),
    async () => {
      const found = kinds.find(({ kind }) => kind === route.meta.object)
      const name = nameOf(route)
      if (!found || !name) return
      // A mistyped name is no place to return to.
      const known = await found.get(name, AbortSignal.timeout(RESTORE_MS * 10)).catch(() => undefined)
      if (known) places.visited({ kind: found.kind, name })
    },
    { immediate: true },
  )
}
