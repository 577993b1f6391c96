import { watch } from 'vue'
import type { ListWindow } from '../data/list-window.ts'
import { useQueryParam } from '../data/use-query-param.ts'

/**
 * Search and order of a list as parts of the page's address, so that what is looked at can be sent to somebody else. An address
 * that says nothing gets what the list was left with. Loads the list.
 */
export function useListAddress<T>(list: ListWindow<T>): void {
  const q = useQueryParam('q')
  const sort = useQueryParam('sort')
  const addressed = () => ({ q: q.value ?? '', sort: sort.value ?? '' })
  const differs = () => q.value !== (list.query.value.q || null) || sort.value !== (list.query.value.sort || null)

  if ((q.value ?? sort.value) !== null && differs()) void list.search(addressed())
  else void list.refresh()
  watch(
    list.query,
    (query) => {
      q.value = query.q || null
      sort.value = query.sort || null
    },
    { immediate: true },
  )
  // Somebody followed a link to the same page, or went back.
  watch([q, sort], () => {
    if (differs()) void list.search(addressed())
  })
}
