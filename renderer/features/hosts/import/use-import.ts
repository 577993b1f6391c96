import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import type { z } from 'zod'
import type { ImportLine } from '../../../../core/contract/index.ts'
import { client } from '../../../app/client.ts'
import { isAborted, toProblem, type ProblemView } from '../../../shared/feedback/problem.ts'
import type { HostFormat } from './host-text.ts'

type Line = z.output<typeof ImportLine>
interface Source {
  format: HostFormat
  text: string
}

/** An import from the look at its lines to its report; lines are told as they are added. */
export function useImport() {
  const state = ref<'text' | 'preview' | 'running' | 'stopped' | 'finished'>('text')
  const busy = ref(false)
  const preview = shallowRef<readonly Line[]>([])
  const done = shallowRef<readonly Line[]>([])
  const problem = shallowRef<ProblemView | null>(null)
  let current = new AbortController()

  const count = (lines: readonly Line[], status: Line['status']) => lines.filter((line) => line.status === status).length

  async function look(source: Source): Promise<void> {
    busy.value = true
    problem.value = null
    try {
      preview.value = (await client.hosts.importMany({ ...source, dryRun: true })).lines
      state.value = 'preview'
    } catch (error) {
      problem.value = toProblem(error)
    } finally {
      busy.value = false
    }
  }

  async function add(source: Source): Promise<void> {
    const own = (current = new AbortController())
    state.value = 'running'
    problem.value = null
    done.value = []
    const lines: Line[] = []
    // Many lines come at once; the page is told a few times a second.
    const tell = setInterval(() => (done.value = [...lines]), 150)
    try {
      for await (const line of await client.hosts.importSteps(source, { signal: own.signal })) lines.push(line)
      state.value = 'finished'
    } catch (error) {
      state.value = 'stopped'
      if (!own.signal.aborted && !isAborted(error)) problem.value = toProblem(error)
    } finally {
      clearInterval(tell)
      done.value = lines
      if (own.signal.aborted) state.value = 'stopped'
    }
  }

  function reset(): void {
    state.value = 'text'
    preview.value = []
    done.value = []
    problem.value = null
  }
  onScopeDispose(() => current.abort())

  return {
    state,
    busy,
    preview,
    done,
    problem,
    valid: computed(() => count(preview.value, 'valid')),
    invalid: computed(() => count(preview.value, 'invalid')),
    existing: computed(() => count(preview.value, 'exists')),
    added: computed(() => count(done.value, 'added')),
    look,
    add,
    stop: () => current.abort(),
    reset,
  }
}
