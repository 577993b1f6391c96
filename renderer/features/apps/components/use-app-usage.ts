import { useIntervalFn } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { App, AppUse } from '../../../../core/contract/index.ts'
import { client } from '../../../app/client.ts'
import type { ListWindow } from '../../../shared/data/list-window.ts'

const EVERY_MS = 5000
/** The small pictures change slowly. */
const HISTORY_EVERY_MS = 30_000
const AT_ONCE = 100

/** What the apps on the screen use now; those elsewhere in the list are not asked for. */
export function useAppUsage(list: ListWindow<App>): ShallowRef<ReadonlyMap<string, AppUse>> {
  const usage = shallowRef<ReadonlyMap<string, AppUse>>(new Map())
  let askedAt = 0
  let pictured = new Map<string, number>()
  let asking = false

  async function load(names: readonly string[], history: boolean): Promise<void> {
    if (names.length === 0) return
    const { items } = await client.series.apps({ apps: names.join(','), history })
    const next = new Map(usage.value)
    for (const item of items) next.set(item.app, history ? item : { ...item, cpuHistory: next.get(item.app)?.cpuHistory ?? [] })
    usage.value = next
  }

  async function ask(): Promise<void> {
    const now = Date.now()
    const visible = list
      .visible()
      .slice(0, AT_ONCE)
      .map(({ name }) => name)
    const fresh = visible.filter((name) => now - (pictured.get(name) ?? 0) > HISTORY_EVERY_MS)
    const others = now - askedAt > EVERY_MS ? visible.filter((name) => !fresh.includes(name)) : []
    if (asking || document.hidden || fresh.length + others.length === 0) return
    asking = true
    askedAt = now
    pictured = new Map([...pictured, ...fresh.map((name) => [name, now] as const)])
    // A moment without an answer: the old numbers stay until the next round.
    await Promise.allSettled([load(fresh, true), load(others, false)])
    asking = false
  }

  useIntervalFn(() => void ask(), 500, { immediateCallback: true })
  return usage
}
