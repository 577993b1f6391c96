import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '../../core/contract/index.ts'
import type { Messages } from './i18n/define-messages.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title. */
    titleKey?: string
    /** Least role that may open it; taken from the feature unless the route says otherwise. */
    role?: Role
    /** Reachable without signing in. */
    open?: boolean
  }
}

/**
 * All a screen area tells the console about itself. Built-in areas and plug-ins register in the same way; the shell knows
 * no area by name.
 */
export interface Feature {
  /** Also the root key of its messages. */
  id: string
  /** Shown in the navigation; left out for areas that are only reached by links. */
  navigation?: { icon: Component; titleKey: string; path: string; order: number }
  /** Least role that sees the area. */
  role: Role
  /** Views are lazy (`() => import(…)`), so that the first picture does not wait for them. */
  routes: RouteRecordRaw[]
  messages: Messages
}
