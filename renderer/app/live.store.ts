import { defineStore } from 'pinia'
import { onScopeDispose, ref } from 'vue'
import type { Event } from '../../core/contract/index.ts'
import { createWatchedClient } from './client.ts'
import { LiveFeed, type LiveStatus } from './live-feed.ts'
import { isSignedOut } from '../shared/feedback/problem.ts'

export interface LiveListener {
  events?: (events: Event[]) => void
  /** The stream was opened, for the first time or again: load anew what is on the screen. */
  opened?: () => void
}

/** The one event stream of this window, and who listens to it. */
export const useLiveStore = defineStore('live', () => {
  const status = ref<LiveStatus>('connecting')
  const signedOut = ref(false)
  const lostSince = ref<number | null>(null)
  const listeners = new Set<LiveListener>()

  const feed = new LiveFeed({
    open: (seq, signal) => watched.events.stream(seq === undefined ? {} : { after: seq }, { signal }),
    onStatus(next) {
      if (next === 'live') lostSince.value = null
      else if (next === 'lost') lostSince.value ??= Date.now()
      status.value = next
    },
    onEvents: (events) => listeners.forEach((listener) => listener.events?.(events)),
    onOpen: () => listeners.forEach((listener) => listener.opened?.()),
    onError(error) {
      if (isSignedOut(error)) signedOut.value = true
    },
  })
  const watched = createWatchedClient(() => feed.touch())

  function start(): void {
    signedOut.value = false
    feed.start()
  }
  function stop(): void {
    feed.stop()
    status.value = 'connecting'
    lostSince.value = null
  }
  function listen(listener: LiveListener): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return { status, signedOut, lostSince, start, stop, listen }
})

/** Listens for as long as the component (or store) lives. */
export function useLive(listener: LiveListener): void {
  onScopeDispose(useLiveStore().listen(listener))
}
