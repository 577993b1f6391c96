import type { Component } from 'vue'
import type { RouteRecordRaw } from 'vue-router'
import type { Role } from '../../core/contract/index.ts'
import type { Messages } from './i18n/define-messages.ts'
import type { Command, ObjectKind } from './palette/command.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title. */
    titleKey?: string
    /** Least role that may open it; taken from the feature unless the route says otherwise. */
    role?: Role
    /** Reachable without signing in. */
    open?: boolean
    /** Shown without the navigation and the top bar, as on a screen on the wall. */
    bare?: boolean
    /** Page of the user guide about it; taken from the feature. */
    help?: string
    /** The page shows one object of this kind (`ObjectKind.kind`), named by the parameter `name` or `id`. */
    object?: string
    /** Where the titles of its tabs are; the tab's name is the last part of the key. */
    tabsKey?: string
  }
}

/** Places of the shell that a feature may fill. */
export type Slot = 'topBar' | 'navigation'

/**
 * All a screen area tells the console about itself. Built-in areas and plug-ins register in the same way; the shell knows
 * no area by name.
 */
export interface Feature {
  /** Also the root key of its messages. */
  id: string
  /** Shown in the navigation; left out for areas that are only reached by links. `key` after "g" opens it. */
  navigation?: { icon: Component; titleKey: string; path: string; order: number; key?: string }
  /** Least role that sees the area. */
  role: Role
  /** Views are lazy (`() => import(…)`), so that the first picture does not wait for them. */
  routes: RouteRecordRaw[]
  messages: Messages
  /** Page of the user guide that explains it; left out, the page named like the area. */
  help?: string
  /** What can be started from anywhere, by the command palette or by keys. */
  commands?: readonly Command[]
  /** What the global search finds in this area. */
  objects?: ObjectKind
  /** What it adds to the shell around all pages. */
  slots?: Partial<Record<Slot, Component>>
}
