import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { HostFormat } from './host-text.ts'

/** What is being imported. It outlives the page, in memory only: it holds keys and passwords. */
export const useImportTextStore = defineStore('import-text', () => {
  const text = ref('')
  const format = ref<HostFormat>('csv')
  return { text, format }
})
