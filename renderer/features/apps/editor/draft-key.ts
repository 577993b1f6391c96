import { inject, type InjectionKey } from 'vue'
import type { SpecDraft } from './use-spec-draft.ts'

export const DRAFT: InjectionKey<SpecDraft> = Symbol('the specification being written')

/** The specification that the form around a field edits. */
export function useDraft(): SpecDraft {
  const draft = inject(DRAFT)
  if (!draft) throw new Error('a field of the form stands outside of the form')
  return draft
}
