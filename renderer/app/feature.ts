import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '../../core/contract/index.ts'
import type { Messages } from './i18n/define-messages.ts'

/**
 * All a screen area tells the console about itself. Built-in areas and plug-ins register in the same way; the shell knows
 * no area by name.
 */
export interface Feature {
  /** Also the root key of its messages and the name prefix of its routes. */
  id: string
  /** Shown in the navigation; left out for areas that are only reached by links. */
  navigation?: { icon: Component; titleKey: string; path: string; order: number }
  /** Least role that sees the area. */
  role: Role
  /** Views are lazy (`() => import(…)`), so that the first picture does not wait for them. `meta.titleKey` titles the window. */
  routes: RouteRecordRaw[]
  messages: Messages
}

export function defineFeature(feature: Feature): Feature {
  return feature
}
