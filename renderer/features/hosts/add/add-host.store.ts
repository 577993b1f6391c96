import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { TestResult } from '../../../../core/contract/index.ts'
import { emptyHostForm, usesSsh, type FormErrors, type HostForm } from '../connection/host-form.ts'

export const WIZARD_STEPS = ['kind', 'reach', 'test', 'key', 'place', 'done'] as const
export type WizardStep = (typeof WIZARD_STEPS)[number]

/** What is being typed about a new host. It outlives the page, in memory only: it holds keys and passwords. */
export const useAddHostStore = defineStore('add-host', () => {
  const form = ref<HostForm>(emptyHostForm())
  const step = ref<WizardStep>('kind')
  const errors = ref<FormErrors>({})
  const result = shallowRef<TestResult | null>(null)
  const compared = ref(false)

  /** A connection without a host key needs no comparison, and one that did not get so far cannot have it. */
  const steps = computed(() => WIZARD_STEPS.filter((one) => one !== 'key' || usesSsh(form.value.kind)))
  const hostKey = computed(() => (usesSsh(form.value.kind) ? result.value?.hostKey : undefined))
  const isDirty = computed(() => JSON.stringify(form.value) !== JSON.stringify(emptyHostForm()))

  /** What was tested is no longer what would be added. */
  function forgetTest(): void {
    result.value = null
    compared.value = false
  }
  function startOver(): void {
    form.value = emptyHostForm()
    step.value = 'kind'
    errors.value = {}
    forgetTest()
  }
  /** The next host of the same sort: everything but what makes it this one. */
  function another(): void {
    form.value = { ...form.value, name: '', address: '' }
    step.value = 'reach'
    errors.value = {}
    forgetTest()
  }

  return { form, step, steps, errors, result, compared, hostKey, isDirty, forgetTest, startOver, another }
})
