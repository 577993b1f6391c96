import { PanelsTopLeft } from 'lucide-vue-next'
import type { RouteRecordRaw } from 'vue-router'
import type { Feature } from '../feature.ts'
import { FEATURES } from '../features.ts'
import type { Command } from '../palette/command.ts'

const needsName = (path: string) => /:\w+(?!\w*[?*])/.test(path)

function pageOf(feature: Feature, route: RouteRecordRaw): Command[] {
  const { titleKey } = route.meta ?? {}
  if (titleKey === undefined || route.name === undefined || needsName(route.path)) return []
  const { navigation } = feature
  const path = `/${route.path.replace(/\/?:.*$/, '')}`
  // A command of the feature's own that opens the same page says it better.
  if (feature.commands?.some(({ open }) => open === path)) return []
  const isMain = navigation?.path === path
  const role = route.meta?.role ?? feature.role
  const keys = isMain && navigation.key !== undefined ? { keys: `g ${navigation.key}` } : {}
  return [{ id: `page.${String(route.name)}`, icon: navigation?.icon ?? PanelsTopLeft, titleKey, role, open: path, ...keys }]
}

/** All pages that need no name in their address, as commands that open them. */
export function pagesOf(features: readonly Feature[]): Command[] {
  return features.flatMap((feature) => feature.routes.flatMap((route) => pageOf(feature, route)))
}

export const PAGES: readonly Command[] = pagesOf(FEATURES)
