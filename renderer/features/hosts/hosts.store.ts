import { defineStore } from 'pinia'
import { markRaw, shallowRef } from 'vue'
import type { EventKind, Host, HostStatus } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { createListWindow } from '../../shared/data/list-window.ts'

/** Events after which hosts come, go, or are counted differently. */
export const HOST_MEMBERSHIP: ReadonlySet<EventKind> = new Set(['host.added', 'host.removed'])

/** The list of hosts as it was left, and what can be done to a host. */
export const useHostsStore = defineStore('hosts', () => {
  const status = shallowRef<HostStatus | null>(null)
  const list = markRaw(
    createListWindow<Host>({
      load: (query, signal) => client.hosts.list({ ...query, ...(status.value === null ? {} : { status: status.value }) }, { signal }),
      keyOf: (host) => host.name,
    }),
  )

  async function filterByStatus(next: HostStatus | null): Promise<void> {
    status.value = next
    await list.search({})
  }

  return {
    list,
    status,
    filterByStatus,
    cordon: (name: string) => client.hosts.cordon({ name }),
    uncordon: (name: string) => client.hosts.uncordon({ name }),
    drain: (name: string) => client.hosts.drain({ name }),
    remove: (name: string, force: boolean) => client.hosts.remove({ name, force }),
    trustKey: (name: string, hostKey: string) => client.hosts.trustKey({ name, hostKey }),
  }
})
