import { useWakeLock } from '@vueuse/core'
import { onScopeDispose } from 'vue'

/** Keeps the screen on for as long as the wall is shown, where the browser can; taken again whenever the window comes back. */
export function useAwake(): void {
  const lock = useWakeLock()
  // Refused where the system saves its battery; the wall then is as dark as every other screen.
  lock.request('screen').catch(() => undefined)
  onScopeDispose(() => void lock.release().catch(() => undefined))
}
