import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../core/contract/client.ts'
import type { Event } from '../../core/contract/index.ts'

const PAGE = 1000

/** Follows the event stream as a screen does: after a break it goes on from the last event it has. */
export class EventFollower {
  readonly events: Event[] = []
  #abort = new AbortController()
  #done: Promise<void> = Promise.resolve()

  /** Another log is followed from now on. */
  forget(): void {
    this.events.length = 0
  }

  attach(client: Client): void {
    this.#abort = new AbortController()
    this.#done = this.#follow(client, this.#abort.signal)
  }

  async detach(): Promise<void> {
    this.#abort.abort()
    await this.#done
  }

  async #follow(client: Client, signal: AbortSignal): Promise<void> {
    try {
      const stream = await client.events.stream({ after: this.events.at(-1)?.seq ?? 0 }, { signal })
      for await (const event of stream) this.events.push(event)
    } catch {
      // The core was killed; the next one is attached to.
    }
  }

  /** Resolves once everything up to `seq` has arrived, or after `timeoutMs`. */
  async caughtUp(seq: number, timeoutMs: number): Promise<void> {
    for (const end = Date.now() + timeoutMs; Date.now() < end && (this.events.at(-1)?.seq ?? 0) < seq;) await sleep(20)
  }
}

/** Every event of the log after `after`, oldest first. */
export async function readLog(client: Client, after: number): Promise<Event[]> {
  const found: Event[] = []
  for (let before: number | undefined; ; before = found[0]?.seq) {
    const { items } = await client.events.list({ after, limit: PAGE, ...(before === undefined ? {} : { before }) })
    found.unshift(...items.toReversed())
    if (items.length < PAGE) return found
  }
}
