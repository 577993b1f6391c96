import { defineStore } from 'pinia'
import { ref } from 'vue'

/** What is laid over the page by keys or from the top bar. */
export const useOverlaysStore = defineStore('overlays', () => {
  const palette = ref(false)
  const shortcuts = ref(false)
  return { palette, shortcuts }
})
