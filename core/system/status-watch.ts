import { loadApps } from '../apps/index.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { loadHostFigures } from '../hosts/index.ts'
import type { Store } from '../store/index.ts'
import { AlertJudge, type Alert } from './alert-judge.ts'
import { problemsOf, type Situation } from './problems.ts'
import { statusOf, type Status } from './status.ts'

interface Sources {
  store: Store
  clock: Clock
  logger: Logger
  brake(): Promise<Situation['brake']>
}

export interface StatusListener {
  /** At once, and then whenever it is different. */
  status: (status: Status) => void
  /** Problems that lasted, once each. */
  alert: (alert: Alert) => void
}

const SETTLE_MS = 500
/** Looking takes at most this share of the time, however many hosts and applications there are. */
const MAX_SHARE = 0.05

/** Tells a listener how everything is, after every change. Does nothing at all while nobody listens. */
export class StatusWatch {
  readonly #sources: Sources
  readonly #judge = new AlertJudge()
  readonly #listeners = new Set<StatusListener>()
  #stopListening: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #due = Infinity
  #lastTookMs = 0
  #last: { text: string; status: Status } | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(sources: Sources) {
    this.#sources = sources
  }

  listen(listener: StatusListener): () => void {
    this.#listeners.add(listener)
    this.#stopListening ??= this.#sources.store.onEvents(() => this.#lookAfter(Math.max(SETTLE_MS, this.#lastTookMs / MAX_SHARE)))
    if (this.#last) listener.status(this.#last.status)
    this.#lookAfter(0)
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size === 0) this.#rest()
    }
  }

  async stop(): Promise<void> {
    this.#listeners.clear()
    this.#rest()
    await this.#looking
  }

  #rest(): void {
    this.#stopListening?.()
    this.#stopListening = undefined
    clearTimeout(this.#timer)
    this.#due = Infinity
  }

  #lookAfter(delayMs: number): void {
    const due = this.#sources.clock.monotonic() + delayMs
    if (due >= this.#due) return
    clearTimeout(this.#timer)
    this.#due = due
    this.#timer = setTimeout(() => {
      this.#due = Infinity
      this.#looking = this.#looking.then(() => this.#look())
    }, delayMs)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    if (this.#listeners.size === 0) return
    const { store, clock, logger } = this.#sources
    const startedAt = clock.monotonic()
    try {
      const situation = {
        hosts: await loadHostFigures(store.db),
        apps: (await loadApps(store.db)).map(({ app }) => app),
        brake: await this.#sources.brake(),
      }
      this.#lastTookMs = clock.monotonic() - startedAt
      this.#tell(situation)
    } catch (error) {
      logger.error({ err: error }, 'the status could not be read')
    }
  }

  #tell(situation: Situation): void {
    const status = statusOf(situation)
    const text = JSON.stringify(status)
    const { alerts, againInMs } = this.#judge.next(problemsOf(situation), this.#sources.clock.monotonic())
    const isNew = text !== this.#last?.text
    this.#last = { text, status }
    for (const listener of this.#listeners) {
      if (isNew) listener.status(status)
      for (const alert of alerts) listener.alert(alert)
    }
    if (againInMs !== undefined && this.#listeners.size > 0) this.#lookAfter(againInMs)
  }
}
