import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Attention, ConcernKind, Overview } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { usePoolStore } from '../../app/pool.store.ts'

export interface Duty {
  overview: Overview
  attention: Attention
}

/** What is asked for at first, and how many more each time the end of the list is reached. */
export const CONCERNS_AT_ONCE = 60
const MOST_CONCERNS = 1000

/** What the duty desk looks at, and which part of it. */
export const useOverviewStore = defineStore('overview', () => {
  const pool = usePoolStore()
  /** Only concerns of this kind; null = all. */
  const kind = ref<ConcernKind | null>(null)
  const limit = ref(CONCERNS_AT_ONCE)

  async function load(signal: AbortSignal): Promise<Duty> {
    const query = { limit: limit.value, ...(kind.value === null ? {} : { kind: kind.value }) }
    const [overview, attention] = await Promise.all([pool.load(signal), client.system.attention(query, { signal })])
    return { overview, attention }
  }
  /** Shows one kind alone, or all again. */
  function choose(next: ConcernKind | null): void {
    kind.value = next
    limit.value = CONCERNS_AT_ONCE
  }
  /** False when there is nothing more to ask for. */
  function askForMore({ items, total }: Attention): boolean {
    if (items.length >= total || items.length < limit.value || limit.value === MOST_CONCERNS) return false
    limit.value = Math.min(MOST_CONCERNS, limit.value * 2)
    return true
  }

  return { kind, load, choose, askForMore }
})
