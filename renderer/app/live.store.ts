import { useEventListener } from '@vueuse/core'
import { defineStore } from 'pinia'
import { onScopeDispose, ref } from 'vue'
import type { Event } from '../../core/contract/index.ts'
import { createWatchedClient } from './client.ts'
import { LiveFeed, type LiveStatus } from './live-feed.ts'

export interface LiveListener {
  events?: (events: Event[]) => void
  /** The stream was opened, for the first time or again: load anew what is on the screen. */
  opened?: () => void
}

/** The one event stream of this window, and who listens to it. */
export const useLiveStore = defineStore('live', () => {
  const status = ref<LiveStatus>('connecting')
  const lostSince = ref<number | null>(null)
  /** Last sign of life on the line: what is on the screen is as old as this. */
  let heardAt = Date.now()
  const listeners = new Set<LiveListener>()

  const feed = new LiveFeed({
    open: (seq, signal) => watched.events.stream(seq === undefined ? {} : { after: seq }, { signal }),
    onStatus(next) {
      if (next === 'live') lostSince.value = null
      else if (next === 'lost') lostSince.value ??= heardAt
      status.value = next
    },
    onEvents: (events) => listeners.forEach((listener) => listener.events?.(events)),
    onOpen() {
      heardAt = Date.now()
      listeners.forEach((listener) => listener.opened?.())
    },
  })
  const watched = createWatchedClient(() => {
    heardAt = Date.now()
    feed.touch()
  })

  let started = false
  function start(): void {
    started = true
    feed.start()
  }
  function stop(): void {
    started = false
    feed.stop()
    status.value = 'connecting'
    lostSince.value = null
  }
  function listen(listener: LiveListener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  /** Whether the line is about to be opened for the first time. */
  const isOpening = () => started && status.value === 'connecting'

  // A computer that wakes up, or gets its network back, need not wait for the next attempt.
  useEventListener(globalThis, 'online', () => feed.reconnect())
  useEventListener(document, 'visibilitychange', () => {
    if (!document.hidden) feed.reconnect()
  })

  return { status, lostSince, start, stop, reconnect: () => feed.reconnect(), isOpening, listen }
})

/** Listens for as long as the component (or store) lives. */
export function useLive(listener: LiveListener): void {
  onScopeDispose(useLiveStore().listen(listener))
}

/** A line that is not open by then is not waited for. */
const OPENS_WITHIN_MS = 250

/**
 * Loads what is on the screen: as soon as the line is open, so that nothing that happens meanwhile is missed and nothing is loaded
 * twice, and again whenever the line was lost. Lives as long as the component (or store).
 */
export function useLoadWhenOpen(load: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const now = () => {
    clearTimeout(timer)
    load()
  }
  useLive({ opened: now })
  if (useLiveStore().isOpening()) timer = setTimeout(now, OPENS_WITHIN_MS)
  else load()
  onScopeDispose(() => clearTimeout(timer))
}
