import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Event } from '../../core/contract/index.ts'
import { defaultBackoffMs, LiveFeed, type LiveStatus } from './live-feed.ts'

const event = (seq: number): Event => ({
  seq,
  at: 0,
  kind: 'app.scaled',
  actor: 'ann',
  app: 'shop',
  host: null,
  instance: null,
  data: {},
  hash: '',
})

/** A line that a test drives by hand. */
class Line {
  readonly #waiting: ((result: IteratorResult<Event>) => void)[] = []
  readonly #queue: Event[] = []
  #failure: ((reason: Error) => void) | undefined

  constructor(signal: AbortSignal) {
    signal.addEventListener('abort', () => this.break())
  }
  send(...events: Event[]): void {
    for (const one of events) {
      const next = this.#waiting.shift()
      if (next) next({ value: one, done: false })
      else this.#queue.push(one)
    }
  }
  break(): void {
    this.#failure?.(new TypeError('network'))
  }
  [Symbol.asyncIterator](): AsyncIterator<Event> {
    return {
      next: () =>
        new Promise((resolve, reject) => {
          const queued = this.#queue.shift()
          if (queued) {
            resolve({ value: queued, done: false })
            return
          }
          this.#waiting.push(resolve)
          this.#failure = reject
        }),
    }
  }
}

function setUp(failFirst = 0) {
  const opened: (number | undefined)[] = []
  const lines: Line[] = []
  const batches: number[][] = []
  const statuses: LiveStatus[] = []
  let opens = 0
  const feed = new LiveFeed({
    open: async (seq, signal) => {
      opened.push(seq)
      if (opened.length <= failFirst) throw new TypeError('refused')
      const line = new Line(signal)
      lines.push(line)
      return line
    },
    onStatus: (status) => statuses.push(status),
    onEvents: (events) => batches.push(events.map((one) => one.seq)),
    onOpen: () => opens++,
    coalesceMs: 100,
    silenceMs: 10_000,
    backoffMs: (attempt) => 1000 * 2 ** attempt,
  })
  return { feed, opened, lines, batches, statuses, opens: () => opens }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('LiveFeed', () => {
  it('hands on events at once after a pause, then in batches', async () => {
    const { feed, lines, batches, statuses } = setUp()
    feed.start()
    await vi.advanceTimersByTimeAsync(0)
    lines[0]!.send(event(1), event(2))
    await vi.advanceTimersByTimeAsync(50)
    lines[0]!.send(event(3))
    await vi.advanceTimersByTimeAsync(200)
    lines[0]!.send(event(4))
    await vi.advanceTimersByTimeAsync(200)
    expect(batches).toEqual([[1, 2], [3], [4]])
    expect(statuses).toEqual(['connecting', 'live'])
    feed.stop()
  })

  it('resumes after the last event and drops what came twice', async () => {
    const { feed, opened, lines, batches, opens } = setUp()
    feed.start()
    await vi.advanceTimersByTimeAsync(0)
    lines[0]!.send(event(7))
    await vi.advanceTimersByTimeAsync(150)
    lines[0]!.break()
    await vi.advanceTimersByTimeAsync(1000)
    lines[1]!.send(event(7), event(8))
    await vi.advanceTimersByTimeAsync(150)
    expect(opened).toEqual([undefined, 7])
    expect(batches).toEqual([[7], [8]])
    expect(opens()).toBe(2)
    feed.stop()
  })

  it('waits longer after every refusal, and from the start again after success', async () => {
    const { feed, opened, lines, statuses } = setUp(3)
    feed.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(opened).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(opened).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1999)
    expect(opened).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1 + 4000)
    expect(opened).toHaveLength(4)
    expect(statuses.at(-1)).toBe('live')
    lines[0]!.break()
    await vi.advanceTimersByTimeAsync(1000)
    expect(opened).toHaveLength(5)
    feed.stop()
  })

  it('takes silence for a dead line, and a sign of life for a living one', async () => {
    const { feed, opened } = setUp()
    feed.start()
    await vi.advanceTimersByTimeAsync(9000)
    feed.touch()
    await vi.advanceTimersByTimeAsync(9000)
    expect(opened).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000 + 1000)
    expect(opened).toHaveLength(2)
    feed.stop()
  })

  it('need not wait for its turn when it is asked to reconnect', async () => {
    const { feed, opened, statuses } = setUp(1)
    feed.start()
    await vi.advanceTimersByTimeAsync(10)
    expect(opened).toHaveLength(1)
    feed.reconnect()
    await vi.advanceTimersByTimeAsync(0)
    expect(opened).toHaveLength(2)
    feed.reconnect()
    await vi.advanceTimersByTimeAsync(500)
    expect(opened).toHaveLength(2)
    expect(statuses.at(-1)).toBe('live')
    feed.stop()
  })

  it('opens nothing after it was stopped', async () => {
    const { feed, opened } = setUp(1)
    feed.start()
    await vi.advanceTimersByTimeAsync(0)
    feed.stop()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(opened).toHaveLength(1)
  })
})

it('backs off to at most 15 seconds, never to nothing', () => {
  expect(defaultBackoffMs(0, 0)).toBe(500)
  expect(defaultBackoffMs(3, 0)).toBe(4000)
  expect(defaultBackoffMs(20, 0)).toBe(15_000)
  expect(defaultBackoffMs(0, 1)).toBeGreaterThan(300)
})
