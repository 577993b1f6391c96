import { defineStore } from 'pinia'
import { markRaw, shallowRef } from 'vue'
import type { EventKind, Host, HostFacets, HostFilter } from '../../../core/contract/index.ts'
import { client } from '../../app/client.ts'
import { createListWindow } from '../../shared/data/list-window.ts'
import type { HostView } from './list/host-view.ts'

/** Events after which hosts come, go, or match another filter. */
export const HOST_MEMBERSHIP: ReadonlySet<EventKind> = new Set(['host.added', 'host.removed'])

/** The list of hosts as it was left, and what can be done to a host. */
export const useHostsStore = defineStore('hosts', () => {
  const filter = shallowRef<HostFilter>({})
  /** Columns that a view asks for; null = those that the person has chosen for all views. */
  const columns = shallowRef<readonly string[] | null>(null)
  const facets = shallowRef<HostFacets | null>(null)
  const list = markRaw(
    createListWindow<Host>({
      load: (query, signal) => client.hosts.list({ ...query, ...filter.value }, { signal }),
      keyOf: (host) => host.name,
    }),
  )
  let facetsAsked = 0

  const search = () => ({ ...filter.value, ...(list.query.value.q === '' ? {} : { q: list.query.value.q }) })

  /** How the list is looked at now. */
  const view = (): HostView => ({ ...list.query.value, filter: filter.value, columns: columns.value })

  async function show(next: Partial<HostView>): Promise<void> {
    if (next.filter) filter.value = next.filter
    if (next.columns !== undefined) columns.value = next.columns
    const { q = list.query.value.q, sort = list.query.value.sort } = next
    await list.search({ q, sort })
  }

  /** Counts by each choice of the filter. Without an answer the old ones stay: the list itself says what is wrong. */
  async function loadFacets(): Promise<void> {
    const own = ++facetsAsked
    const counted = await client.hosts.facets(search()).catch(() => null)
    if (counted && own === facetsAsked) facets.value = counted
  }

  /** Names of all hosts that match, in the order of the list. */
  async function matchingNames(): Promise<string[]> {
    const { sort } = list.query.value
    return (await client.hosts.names({ ...search(), ...(sort === '' ? {} : { sort }) })).names
  }

  return {
    list,
    filter,
    columns,
    facets,
    view,
    show,
    loadFacets,
    matchingNames,
    cordon: (name: string) => client.hosts.cordon({ name }),
    uncordon: (name: string) => client.hosts.uncordon({ name }),
    drain: (name: string) => client.hosts.drain({ name }),
    remove: (name: string, force: boolean) => client.hosts.remove({ name, force }),
    trustKey: (name: string, hostKey: string) => client.hosts.trustKey({ name, hostKey }),
  }
})
