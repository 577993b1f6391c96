import { computed, type ComputedRef } from 'vue'
import { useRoute } from 'vue-router'
import type { Feature } from './feature.ts'

/** The page about what is the same everywhere: finding things, keys, notifications. */
export const GENERAL_HELP = 'console'
/** Tabs that several areas share and that have a page of their own. */
const HELP_OF_TAB: Readonly<Record<string, string>> = {
  logs: 'logs',
  terminal: 'terminal',
  placement: 'placement',
  revisions: 'revisions',
  instances: 'instances',
  events: 'events',
  connection: 'add-hosts',
}

/** Page of the user guide that explains an area. */
export function helpOf(feature: Feature): string {
  return feature.help ?? feature.id
}

/** All pages of the guide that something in the console leads to. */
export function helpPages(features: readonly Feature[]): string[] {
  const ofRoutes = features.flatMap(({ routes }) => routes.flatMap(({ meta }) => meta?.help ?? []))
  return [...new Set([...features.map(helpOf), ...ofRoutes, ...Object.values(HELP_OF_TAB), GENERAL_HELP])]
}

/** Address of the page of the guide about what is on the screen. */
export function useHelpLink(): ComputedRef<string> {
  const route = useRoute()
  return computed(() => `/help/${HELP_OF_TAB[String(route.params['tab'])] ?? route.meta.help ?? GENERAL_HELP}`)
}
