import { watchDebounced } from '@vueuse/core'
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { isAborted, toProblem, type ProblemView } from '../../shared/feedback/problem.ts'
import type { FoundObject, ObjectKind } from './command.ts'
import type { VerbPhrase } from './split-verb.ts'

export interface FoundOfKind {
  kind: ObjectKind
  /** What the whole text finds. */
  named: readonly FoundObject[]
  /** What the text without its verb finds, so that the verb can be applied to it. */
  objects: readonly FoundObject[]
}

interface Search {
  found: ShallowRef<readonly FoundOfKind[]>
  searching: Ref<boolean>
  problem: ShallowRef<ProblemView | null>
}

const PER_KIND = 6
const DEBOUNCE_MS = 120

/** Asks the server for objects while a person types: not on every key, and never for what is no longer asked. */
export function useObjectSearch(text: Ref<string>, kinds: readonly ObjectKind[], split: (text: string) => VerbPhrase | null): Search {
  const found = shallowRef<readonly FoundOfKind[]>([])
  const searching = ref(false)
  const problem = shallowRef<ProblemView | null>(null)
  let current = new AbortController()

  async function findIn(kind: ObjectKind, q: string, signal: AbortSignal): Promise<FoundOfKind> {
    const phrase = split(q)
    const [named, objects] = await Promise.all([
      kind.find({ q, limit: PER_KIND }, signal),
      phrase ? kind.find({ q: phrase.name, limit: PER_KIND }, signal) : [],
    ])
    return { kind, named, objects }
  }

  async function search(q: string): Promise<void> {
    current.abort()
    const own = (current = new AbortController())
    searching.value = q !== ''
    if (q === '') {
      found.value = []
      return
    }
    try {
      const answers = await Promise.all(kinds.map((kind) => findIn(kind, q, own.signal)))
      if (own.signal.aborted) return
      found.value = answers
      problem.value = null
    } catch (error) {
      if (own.signal.aborted || isAborted(error)) return
      problem.value = toProblem(error)
    } finally {
      if (current === own) searching.value = false
    }
  }

  watchDebounced(text, (next) => void search(next.trim()), { debounce: DEBOUNCE_MS })
  onScopeDispose(() => current.abort())
  return { found, searching, problem }
}
