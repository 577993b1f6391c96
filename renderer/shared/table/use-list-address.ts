import { watch } from 'vue'
import type { ListWindow } from '../data/list-window.ts'
import { useQueryParam } from '../data/use-query-param.ts'

/**
 * Search and order of a list as parts of the page's address, so that what is looked at can be sent to somebody else. An address
 * that says nothing gets what the list was left with. Returns what loads the list for the first time.
 */
export function useListAddress<T>(list: ListWindow<T>): () => void {
  const q = useQueryParam('q')
  const sort = useQueryParam('sort')
  const addressed = () => ({ q: q.value ?? '', sort: sort.value ?? '' })
  const differs = () => q.value !== (list.query.value.q || null) || sort.value !== (list.query.value.sort || null)

  function note({ q: text, sort: order }: { q: string; sort: string }): void {
    q.value = text || null
    sort.value = order || null
  }
  const isAsked = (q.value ?? sort.value) !== null
  if (isAsked) list.query.value = addressed()
  else note(list.query.value)
  watch(list.query, note)
  // Somebody followed a link to the same page, or went back.
  watch([q, sort], () => {
    if (differs()) void list.search(addressed())
  })
  return () => void list.refresh()
}
