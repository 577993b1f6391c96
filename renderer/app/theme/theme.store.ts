import { defineStore } from 'pinia'
import { computed, ref, watchEffect } from 'vue'
import { recall, remember } from '../preferences.ts'
import { cssVariables, TOKENS, type ThemeName } from './tokens.ts'

function preferredTheme(): ThemeName {
  const chosen = recall('theme')
  if (chosen === 'dark' || chosen === 'light') return chosen
  return globalThis.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'
}

/** Dark for the operations room, light for the desk: the choice made before, else what the system asks for. */
export const useThemeStore = defineStore('theme', () => {
  const name = ref<ThemeName>(preferredTheme())
  const tokens = computed(() => TOKENS[name.value])

  watchEffect(() => {
    const root = document.documentElement
    root.dataset['theme'] = name.value
    root.style.colorScheme = name.value
    for (const [property, value] of Object.entries(cssVariables(tokens.value))) root.style.setProperty(property, value)
  })

  function choose(next: ThemeName): void {
    name.value = next
    remember('theme', next)
  }

  return { name, tokens, choose }
})
