import { refDebounced } from '@vueuse/core'
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { client } from '../../../app/client.ts'
import { isAborted, toProblem, type ProblemView } from '../../../shared/feedback/problem.ts'
import { editSpec, type SpecPath } from './spec-edit.ts'
import { readSpec, type ReadSpec, type SpecIssue } from './spec-text.ts'

export type Comparison = Awaited<ReturnType<typeof client.apps.apply>>
export type ActionPreview = Awaited<ReturnType<typeof client.apps.preview>>

/** One specification while it is being written. The text is the document; the form and the editor are two views of it. */
export interface SpecDraft {
  text: Ref<string>
  read: ComputedRef<ReadSpec>
  /** Complaints of the contract, and of the server about the text as it is now. */
  issues: ComputedRef<SpecIssue[]>
  /** The value as it is written; undefined where nothing is. */
  value: (path: SpecPath) => unknown
  set: (path: SpecPath, value: unknown) => void
  errorOf: (field: string) => string | undefined
  /** What applying the present text would change and do; null while that is not known. */
  comparison: ShallowRef<Comparison | null>
  actions: ShallowRef<ActionPreview | null>
  checking: Ref<boolean>
  problem: ShallowRef<ProblemView | null>
}

const CHECK_AFTER_MS = 400

function valueAt(raw: unknown, path: SpecPath): unknown {
  return path.reduce<unknown>((inner, part) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, part) : undefined), raw)
}

export function useSpecDraft(start: string): SpecDraft {
  const text = ref(start)
  const read = computed(() => readSpec(text.value))
  const comparison: ShallowRef<Comparison | null> = shallowRef(null)
  const actions: ShallowRef<ActionPreview | null> = shallowRef(null)
  const problem: ShallowRef<ProblemView | null> = shallowRef(null)
  const checking = ref(false)
  let current = new AbortController()

  async function check(): Promise<void> {
    const { spec } = read.value
    if (!spec) return
    const own = (current = new AbortController())
    checking.value = true
    try {
      const [compared, played] = await Promise.all([
        client.apps.apply({ name: spec.name, spec, dryRun: true }, { signal: own.signal }),
        client.apps.preview({ name: spec.name, change: { action: 'apply', spec } }, { signal: own.signal }),
      ])
      if (own.signal.aborted) return
      comparison.value = compared
      actions.value = played
    } catch (error) {
      if (!own.signal.aborted && !isAborted(error)) problem.value = toProblem(error)
    } finally {
      if (current === own) checking.value = false
    }
  }

  watch(text, () => {
    current.abort()
    checking.value = read.value.spec !== undefined
    comparison.value = null
    actions.value = null
    problem.value = null
  })
  watch(refDebounced(text, CHECK_AFTER_MS), check, { immediate: true })

  const issues = computed(() => [...read.value.issues, ...(problem.value?.issues ?? []).map((issue) => read.value.locate(issue))])
  return {
    text,
    read,
    issues,
    value: (path) => valueAt(read.value.raw, path),
    set(path, value) {
      text.value = editSpec(text.value, path, value)
    },
    errorOf: (field) => issues.value.find((issue) => issue.field === field)?.message,
    comparison,
    actions,
    checking,
    problem,
  }
}
