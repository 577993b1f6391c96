import { useIntervalFn } from '@vueuse/core'
import { shallowRef, type ShallowRef } from 'vue'
import type { App } from '../../../../core/contract/index.ts'
import { client } from '../../../app/client.ts'
import type { ListWindow } from '../../../shared/data/list-window.ts'

export interface AppUsage {
  cpuMillis: number | null
  memoryBytes: number | null
  requestsPerSecond: number | null
  /** When it was asked for. */
  at: number
}

const FRESH_MS = 10_000

function total(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
}

/** What the apps on the screen use now; those elsewhere in the list are not asked for. */
export function useAppUsage(list: ListWindow<App>): ShallowRef<ReadonlyMap<string, AppUsage>> {
  const usage = shallowRef<ReadonlyMap<string, AppUsage>>(new Map())
  let asking = false

  async function usageOf(name: string): Promise<AppUsage> {
    const { items } = await client.apps.top({ name })
    return {
      cpuMillis: total(items.map((item) => item.cpuMillis)),
      memoryBytes: total(items.map((item) => item.memoryBytes)),
      requestsPerSecond: total(items.map((item) => item.requestsPerSecond)),
      at: Date.now(),
    }
  }

  async function ask(): Promise<void> {
    if (asking || document.hidden) return
    asking = true
    const due = list.visible().filter((app) => Date.now() - (usage.value.get(app.name)?.at ?? 0) > FRESH_MS)
    for (const app of due) {
      // An app that was just removed, or a moment without an answer: the old number stays until the next round.
      const answer = await usageOf(app.name).catch(() => undefined)
      if (answer) usage.value = new Map(usage.value).set(app.name, answer)
    }
    asking = false
  }

  useIntervalFn(() => void ask(), 1000, { immediateCallback: true })
  return usage
}
