import type { Event } from '../../core/contract/index.ts'

export type LiveStatus = 'connecting' | 'live' | 'lost'

export interface LiveFeedOptions {
  /** Opens the stream after `seq` (undefined = only what is new); resolves when the server has accepted. */
  open: (seq: number | undefined, signal: AbortSignal) => Promise<AsyncIterable<Event>>
  onStatus: (status: LiveStatus) => void
  /** Oldest first; after a pause at once, otherwise those of one coalescing window together. */
  onEvents: (events: Event[]) => void
  /** The line is open again: whatever is on the screen may have missed something. */
  onOpen: () => void
  onError?: (error: unknown) => void
  coalesceMs?: number
  /** Silence, keep-alives included, after which the line counts as dead. */
  silenceMs?: number
  backoffMs?: (attempt: number) => number
}

/** 0.5 s, doubling to 15 s, each up to a third shorter, so that many windows do not return at the same moment. */
export function defaultBackoffMs(attempt: number, random = Math.random()): number {
  return Math.min(15_000, 500 * 2 ** attempt) * (1 - random / 3)
}

/** Keeps one event stream open, resumes it where it broke off, and hands on what arrives in small batches. */
export class LiveFeed {
  readonly #options: Required<Omit<LiveFeedOptions, 'onError'>> & Pick<LiveFeedOptions, 'onError'>
  #stop: AbortController | undefined
  #connection: AbortController | undefined
  #pause: AbortController | undefined
  #latest: number | undefined
  #batch: Event[] = []
  #flushTimer: ReturnType<typeof setTimeout> | undefined
  #flushedAt = -Infinity
  #silenceTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: LiveFeedOptions) {
    this.#options = { coalesceMs: 50, silenceMs: 20_000, backoffMs: defaultBackoffMs, ...options }
  }

  start(): void {
    if (this.#stop) return
    this.#stop = new AbortController()
    void this.#run(this.#stop.signal)
  }

  stop(): void {
    this.#stop?.abort()
    this.#connection?.abort()
    this.#pause?.abort()
    this.#stop = undefined
    clearTimeout(this.#flushTimer)
    clearTimeout(this.#silenceTimer)
    this.#flushTimer = undefined
    this.#batch = []
  }

  /** Tries again at once instead of waiting for the next turn; nothing while the line is open. */
  reconnect(): void {
    this.#pause?.abort()
  }

  /** To be called for every sign of life on the line; after `silenceMs` without one the line is opened anew. */
  touch(): void {
    clearTimeout(this.#silenceTimer)
    if (this.#stop) this.#silenceTimer = setTimeout(() => this.#connection?.abort(), this.#options.silenceMs)
  }

  async #run(stopped: AbortSignal): Promise<void> {
    const isStopped = () => stopped.aborted
    for (let attempt = 0; !isStopped(); attempt++) {
      this.#options.onStatus(attempt === 0 ? 'connecting' : 'lost')
      const opened = await this.#listen(stopped)
      if (isStopped()) return
      if (opened) attempt = 0
      this.#options.onStatus('lost')
      this.#pause = new AbortController()
      await sleep(this.#options.backoffMs(attempt), this.#pause.signal)
    }
  }

  async #listen(stopped: AbortSignal): Promise<boolean> {
    const connection = new AbortController()
    this.#connection = connection
    let opened = false
    try {
      this.touch()
      const stream = await this.#options.open(this.#latest, connection.signal)
      opened = true
      this.#options.onStatus('live')
      this.#options.onOpen()
      for await (const event of stream) this.#take(event)
    } catch (error) {
      if (!connection.signal.aborted && !stopped.aborted) this.#options.onError?.(error)
    } finally {
      clearTimeout(this.#silenceTimer)
    }
    return opened
  }

  #take(event: Event): void {
    this.touch()
    if (this.#latest !== undefined && event.seq <= this.#latest) return
    this.#latest = event.seq
    this.#batch.push(event)
    const waitMs = Math.max(0, this.#flushedAt + this.#options.coalesceMs - performance.now())
    this.#flushTimer ??= setTimeout(() => this.#flush(), waitMs)
  }

  #flush(): void {
    const events = this.#batch
    this.#batch = []
    this.#flushTimer = undefined
    this.#flushedAt = performance.now()
    this.#options.onEvents(events)
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
