import type { Client } from '../../core/contract/client.ts'
import type { ContainerChange } from './host-pool.ts'

const GIVEN_UP_AFTER_MS = 60_000
const SHOWN_AS = { start: 'instance.running', die: 'instance.failed' } as const
const AGAIN_AFTER_MS = 1000

/** Measures how long after a change at a host its event reaches somebody who follows the live feed. */
export class LagMeter {
  readonly #happened = new Map<string, number>()
  readonly #shown = new Map<string, number>()
  #lags: number[] = []
  readonly #abort = new AbortController()
  /** Starts whose event never came within a minute. */
  unseen = 0
  events = 0

  /** What happened at a host; may be told of after its event has come. */
  readonly happened = ({ instance, change, at }: ContainerChange): void => {
    this.#meet(`${SHOWN_AS[change]} ${instance}`, { at, mine: this.#happened, theirs: this.#shown, sign: 1 })
  }

  #meet(key: string, how: { at: number; mine: Map<string, number>; theirs: Map<string, number>; sign: 1 | -1 }): void {
    const { at, mine, theirs, sign } = how
    const other = theirs.get(key)
    if (other === undefined) {
      mine.set(key, at)
      return
    }
    theirs.delete(key)
    this.#lags.push(sign * (other - at))
  }

  /** Follows the feed until `stop`, from where it was if the connection breaks. */
  async follow(client: Client): Promise<void> {
    let after: number | undefined
    const { signal } = this.#abort
    while (!signal.aborted) {
      try {
        for await (const event of await client.events.stream(after === undefined ? {} : { after }, { signal })) {
          after = event.seq
          this.events++
          const { kind, instance } = event
          if (instance !== null && (kind === 'instance.running' || kind === 'instance.failed'))
            this.#meet(`${kind} ${instance}`, { at: Date.now(), mine: this.#shown, theirs: this.#happened, sign: -1 })
        }
      } catch {
        // The next turn resumes where this one broke off.
      }
      await new Promise((done) => setTimeout(done, AGAIN_AFTER_MS))
    }
  }

  /** Lags since the last time, ms. */
  take(): number[] {
    const old = Date.now() - GIVEN_UP_AFTER_MS
    for (const [key, at] of this.#happened)
      if (at < old) {
        this.#happened.delete(key)
        // An end that was wanted is shown as "stopped", not as a failure; only starts must always show.
        if (key.startsWith(SHOWN_AS.start)) this.unseen++
      }
    for (const [key, at] of this.#shown) if (at < old) this.#shown.delete(key)
    return this.#lags.splice(0)
  }

  stop(): void {
    this.#abort.abort()
  }
}
