/**
 * Calls `work` soon after `request()`, and never more often than every `intervalMs`, however often it is requested. While one
 * call runs, requests are remembered and lead to one more.
 */
export function coalesce(work: () => Promise<void>, intervalMs: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false
  let again = false
  let lastStart = -Infinity
  let ended = false

  async function run(): Promise<void> {
    timer = undefined
    running = true
    lastStart = performance.now()
    try {
      await work()
    } finally {
      running = false
      if (again) request()
    }
  }

  function request(): void {
    if (ended) return
    again = running
    if (running || timer !== undefined) return
    const wait = Math.max(0, lastStart + intervalMs - performance.now())
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
