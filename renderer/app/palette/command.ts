import type { Component } from 'vue'
import type { RouteLocationRaw } from 'vue-router'
import type { Role } from '../../../core/contract/index.ts'
import type { Tone } from '../theme/tokens.ts'

/** Something that can be started from anywhere. */
export interface Command {
  /** Unique in the whole console; what was used lately is remembered by it. */
  id: string
  icon: Component
  titleKey: string
  /** Least role that may start it; smaller ones see it with the reason why they cannot. */
  role?: Role
  /** A page, with `?do=…` when the page is to begin something there; or what to do right here. */
  open: RouteLocationRaw | (() => unknown)
  /** Keys that start it, as in "n a" (one after the other) or "mod+k" (together). */
  keys?: string
}

/** One thing that can be done with an object. Its title is the verb and the object's name. */
export interface ObjectAction {
  id: string
  icon: Component
  verbKey: string
  role: Role
  /** Page of the object, with `?do=…`, so that the same dialog opens as from the page's own button. */
  to: RouteLocationRaw
  /** Key of the reason why it cannot be done now. */
  obstacleKey?: string | undefined
}

/** An object as the search shows it. */
export interface FoundObject {
  name: string
  to: RouteLocationRaw
  tone: Tone
  statusKey: string
  /** Something to tell it from others, such as its place. */
  detail: string
  actions: readonly ObjectAction[]
}

/** A kind of object that has pages of its own: it can be found, started from, and kept as a favourite. */
export interface ObjectKind {
  kind: string
  /** Key of the heading above several of them. */
  titleKey: string
  icon: Component
  to: (name: string) => RouteLocationRaw
  /** Keys of the words that `ObjectAction.verbKey` may be, so that "scale shop" is understood. */
  verbs: readonly string[]
  /** Searched by the server; the best first. */
  find: (query: { q: string; limit: number }, signal: AbortSignal) => Promise<FoundObject[]>
  /** Fails when there is none of that name. */
  get: (name: string, signal: AbortSignal) => Promise<FoundObject>
}
