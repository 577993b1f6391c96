import { ref, shallowRef, type Ref, type ShallowRef } from 'vue'
import { toProblem, type ProblemView } from '../../../shared/feedback/problem.ts'

export interface Selection {
  names: ShallowRef<ReadonlySet<string>>
  /** All names are being asked for. */
  busy: Ref<boolean>
  problem: ShallowRef<ProblemView | null>
  /** Selects a line or not; with `range`, all lines from the one touched before up to this one. */
  toggle: (name: string, range: boolean) => Promise<void>
  all: () => Promise<void>
  clear: () => void
}

/** Which lines of a long list are selected, also those that were never loaded. `order` gives all names in the order of the list. */
export function createSelection(order: () => Promise<string[]>): Selection {
  const names = shallowRef<ReadonlySet<string>>(new Set())
  const busy = ref(false)
  const problem = shallowRef<ProblemView | null>(null)
  let anchor: string | null = null

  async function ask(): Promise<string[] | null> {
    busy.value = true
    problem.value = null
    try {
      return await order()
    } catch (error) {
      problem.value = toProblem(error)
      return null
    } finally {
      busy.value = false
    }
  }

  function one(name: string): void {
    const next = new Set(names.value)
    if (!next.delete(name)) next.add(name)
    names.value = next
    anchor = name
  }

  async function range(from: string, to: string): Promise<void> {
    const all = await ask()
    if (!all) return
    const ends = [all.indexOf(from), all.indexOf(to)]
    if (ends.includes(-1)) one(to)
    else names.value = new Set([...names.value, ...all.slice(Math.min(...ends), Math.max(...ends) + 1)])
  }

  return {
    names,
    busy,
    problem,
    async toggle(name, isRange) {
      if (isRange && anchor !== null && anchor !== name) await range(anchor, name)
      else one(name)
    },
    async all() {
      const all = await ask()
      if (all) names.value = new Set(all)
    },
    clear() {
      names.value = new Set()
      anchor = null
    },
  }
}
