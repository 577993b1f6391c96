import { onScopeDispose, ref, watch, type Ref } from 'vue'

export interface Turns {
  /** Counts on for ever; a panel shows the page it comes to. */
  turn: Ref<number>
  paused: Ref<boolean>
  step: (by: 1 | -1) => void
}

/** Turns the pages of all panels together, every `intervalMs()`; 0 = never. A page turned by hand stays its full time. */
export function useTurns(intervalMs: () => number): Turns {
  const turn = ref(0)
  const paused = ref(false)
  let timer: ReturnType<typeof setInterval> | undefined

  function wind(): void {
    clearInterval(timer)
    timer = intervalMs() === 0 || paused.value ? undefined : setInterval(() => turn.value++, intervalMs())
  }
  watch([intervalMs, paused], wind, { immediate: true })
  onScopeDispose(() => clearInterval(timer))
  return {
    turn,
    paused,
    step(by) {
      turn.value += by
      wind()
    },
  }
}
