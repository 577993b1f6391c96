/**
 * Calls `work` soon after `request()`, and never more often than every `intervalMs`, however often it is requested. While one
 * call runs, requests are remembered and lead to one more. After a call that took long comes a pause `rest` times as long, so
 * that work that is requested all the time takes a share of the time and not all of it.
 */
export function coalesce(work: () => Promise<void>, intervalMs: number, rest = 3) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false
  let again = false
  let mayStartAt = -Infinity
  let ended = false

  async function run(): Promise<void> {
    timer = undefined
    running = true
    const startedAt = performance.now()
    try {
      await work()
    } finally {
      running = false
      const endedAt = performance.now()
      mayStartAt = Math.max(startedAt + intervalMs, endedAt + (endedAt - startedAt) * rest)
      if (again) request()
    }
  }

  function request(): void {
    if (ended) return
    again = running
    if (running || timer !== undefined) return
    const wait = Math.max(0, mayStartAt - performance.now())
    timer = setTimeout(() => void run(), wait)
  }

  return {
    request,
    stop(): void {
      ended = true
      again = false
      clearTimeout(timer)
    },
  }
}
