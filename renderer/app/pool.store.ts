import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Overview } from '../../core/contract/index.ts'
import { client } from './client.ts'

/** The whole pool at a glance: the header's summary and the overview page read the same numbers. */
export const usePoolStore = defineStore('pool', () => {
  const overview = shallowRef<Overview | null>(null)

  async function load(signal?: AbortSignal): Promise<Overview> {
    overview.value = await client.system.overview(undefined, signal ? { signal } : {})
    return overview.value
  }

  return { overview, load }
})
