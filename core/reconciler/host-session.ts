import { isAborted } from '../base/aborted.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import { EngineError, type Engine, type EngineInfo, type ObservedRun } from '../engines/index.ts'
import { Semaphore } from '../base/semaphore.ts'
import type { ConnectedHost } from './instance-loop.ts'

/** An open connection, and which generation of the host's stored connection it is. */
export interface OpenedHost {
  engine: Engine
  hostKey: string | null
  generation: number
}

/** What a session needs from outside; everything it does to the store goes through these. */
export interface SessionEnvironment {
  clock: Clock
  logger: Logger
  installation: string
  /** Runs the greeting of a host when not too many are under way: thousands at once would all be too late. */
  greetInTurn<T>(work: () => Promise<T>): Promise<T>
  /** Opens the connection as it is stored now; null when the host was removed. */
  connect(host: string): Promise<OpenedHost | null>
  /**
   * Notes what the host answered: its instances, and, right after connecting, what it is. Returns what to do about it once the
   * session can be used.
   */
  report(host: string, seen: { runs: ObservedRun[]; info?: EngineInfo; hostKey?: string | null }): Promise<() => void>
  lost(host: string, message: string): Promise<void>
  /** Returns whether the failure means that a person has to decide, so that trying again is of no use. */
  blocked(host: string, error: unknown): Promise<boolean>
  seen(host: string): void
}

/** A host that has answered, and what is to be done about what it answered. */
interface Greeted {
  engine: Engine
  act: () => void
}

export const PING_INTERVAL_MS = 2000
export const PING_TIMEOUT_MS = 2000
/** A host is unreachable once it has not answered for this long: three missed turns, as Swarm's dispatcher counts. */
export const UNREACHABLE_AFTER_MS = 6000
/** How often all instances are looked at, changes or none: often while nobody tells of changes, as at first. */
const LIST_INTERVAL_MS = 15_000
const FOLLOWED_LIST_INTERVAL_MS = 60_000
/** A timer that fires that much too late tells that the whole process, or its machine, was held up. */
const STOOD_STILL_MS = 1000
const CONNECT_TIMEOUT_MS = 5000
const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 5000
/** Changes that come close together are answered by one look. */
const REFRESH_DELAY_MS = 20
/** In a storm of changes the host is left alone this many times as long as a look takes, so that looking never weighs on the work. */
const LOOK_REST = 10
const LONGEST_LOOK_REST_MS = 500
const STARTS_AT_ONCE = 8
const STOPS_AT_ONCE = 6
/** A stop that takes longer waits for the application, and costs the engine nothing. */
const STOP_TURN_MS = 1000

/**
 * Keeps one host connected: opens the connection, watches for changes, looks at all instances now and then, notices when the host
 * stops answering, and tries again until it is stopped. Never throws; what happens is reported to the environment.
 */
export class HostSession implements ConnectedHost {
  readonly host: string
  readonly #environment: SessionEnvironment
  readonly #starts = new Semaphore(STARTS_AT_ONCE)
  readonly #stops = new Semaphore(STOPS_AT_ONCE)
  readonly #abort = new AbortController()
  #engine: Engine | null = null
  #generation: number | null = null
  #failingSince: number | null = null
  #answeredAt = -Infinity
  #nextLookAt = -Infinity
  /** Since when changes are told; Infinity while they are not. */
  #followedSince = Infinity
  #failure = ''
  #deadline: NodeJS.Timeout | undefined
  #wake: () => void = () => undefined
  #refreshWanted = false
  #done: Promise<void> = Promise.resolve()

  constructor(host: string, environment: SessionEnvironment) {
    this.host = host
    this.#environment = environment
  }

  start(): void {
    this.#done = this.#run()
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    clearTimeout(this.#deadline)
    this.#wake()
    // One that is still being connected, or waits for its turn, does nothing any more once it is: nobody has to wait for that.
    if (this.#engine) await this.#done
  }

  /** Generation of the connection in use; null before the first one. */
  get generation(): number | null {
    return this.#generation
  }

  #isStopped(): boolean {
    return this.#abort.signal.aborted
  }

  get connected(): boolean {
    return this.#engine !== null
  }

  get engine(): Engine {
    if (!this.#engine) throw new EngineError('unreachable', `"${this.host}" is not connected`)
    return this.#engine
  }

  startInTurn(work: () => Promise<void>): Promise<void> {
    return this.#starts.run(work)
  }

  stopInTurn(work: () => Promise<void>): Promise<void> {
    return this.#stops.run(work, STOP_TURN_MS)
  }

  refresh(): void {
    this.#refreshWanted = true
    this.#wake()
  }

  async #run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS
    while (!this.#isStopped()) {
      try {
        const greeted = await this.#environment.greetInTurn(() => this.#greet())
        if (!greeted) return
        try {
          await this.#live(greeted)
          retryMs = FIRST_RETRY_MS
        } finally {
          this.#engine = null
          void greeted.engine.close().catch(() => undefined)
        }
      } catch (error) {
        if (await this.#failed(error)) retryMs = LAST_RETRY_MS
      }
      if (!this.#isStopped()) await this.#sleep(retryMs)
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)
    }
  }

  /** Returns whether it is better to wait long before the next try. */
  async #failed(error: unknown): Promise<boolean> {
    // What an abandoned connection says is of no interest: another one may have been made with other credentials.
    if (this.#isStopped()) return false
    try {
      if (await this.#environment.blocked(this.host, error)) {
        this.#answered()
        return true
      }
    } catch (problem) {
      this.#environment.logger.error({ host: this.host, err: problem }, 'could not note that the host is blocked')
    }
    this.#noteFailure(error, this.#environment.clock.monotonic())
    return false
  }

  /** The host counts as lost when it has been silent for long enough, whatever is being tried at that moment. */
  #noteFailure(error: unknown, since: number): void {
    this.#failure = error instanceof Error ? error.message : String(error)
    if (this.#failingSince !== null) return
    this.#failingSince = since
    const leftMs = UNREACHABLE_AFTER_MS - (this.#environment.clock.monotonic() - since)
    const dueAt = this.#environment.clock.monotonic() + Math.max(0, leftMs)
    const due = () => {
      // This core itself stood still, and nobody's answer was heard meanwhile: the host gets its last turn again.
      if (this.#environment.clock.monotonic() - dueAt > STOOD_STILL_MS)
        this.#deadline = setTimeout(() => void this.#lost(), PING_INTERVAL_MS)
      else void this.#lost()
    }
    this.#deadline = setTimeout(due, Math.max(0, leftMs))
  }

  async #lost(): Promise<void> {
    if (this.#failingSince === null || this.#isStopped()) return
    this.#engine = null
    await this.#environment.lost(this.host, this.#failure).catch((error: unknown) => {
      this.#environment.logger.error({ host: this.host, err: error }, 'could not note that the host is lost')
    })
  }

  #answered(): void {
    clearTimeout(this.#deadline)
    this.#failingSince = null
    this.#answeredAt = this.#environment.clock.monotonic()
  }

  /** Opens the connection and notes what is there; null when there is no such host, or nobody wants it any more. */
  async #greet(): Promise<Greeted | null> {
    if (this.#isStopped()) return null
    const opened = await this.#environment.connect(this.host)
    if (!opened) return null
    const { engine, hostKey, generation } = opened
    this.#generation = generation
    try {
      const info = await withTimeout(engine.info(), CONNECT_TIMEOUT_MS, 'the engine did not answer')
      const runs = await engine.list(this.#environment.installation)
      if (!this.#isStopped()) return { engine, act: await this.#environment.report(this.host, { runs, info, hostKey }) }
    } catch (error) {
      void engine.close().catch(() => undefined)
      throw error
    }
    void engine.close().catch(() => undefined)
    return null
  }

  /** Works with a greeted host until it fails or the session is stopped. */
  async #live({ engine, act }: Greeted): Promise<void> {
    const { clock } = this.#environment
    this.#engine = engine
    this.#answered()
    act()
    const gone = new AbortController()
    const signal = AbortSignal.any([gone.signal, this.#abort.signal])
    void this.#watch(engine, signal)
    // Not all hosts in the same second.
    let nextListAt = clock.monotonic() + LIST_INTERVAL_MS * (0.5 + Math.random() / 2)
    try {
      // Once the host was given up, only a new connection can bring it back, with everything that belongs to that.
      while (this.#engine === engine) {
        await this.#sleep(this.#failingSince === null ? PING_INTERVAL_MS : FIRST_RETRY_MS)
        if (this.#isStopped()) return
        const due = this.#refreshWanted || clock.monotonic() >= nextListAt
        if (due && this.#failingSince === null) {
          await this.#restBeforeLook()
          this.#refreshWanted = false
          nextListAt = (await this.#look(engine)) ? clock.monotonic() + this.#listIntervalMs() : -Infinity
        } else await this.#attempt(() => engine.ping(PING_TIMEOUT_MS))
      }
    } finally {
      gone.abort()
    }
  }

  /** Looks at all instances. Returns whether what was seen could be noted; that it could not is not the host's fault. */
  async #look(engine: Engine): Promise<boolean> {
    const { clock } = this.#environment
    const startedAt = clock.monotonic()
    const runs = await this.#attempt(() => whileAnswering(engine, engine.list(this.#environment.installation)))
    if (!runs || this.#isStopped()) return false
    try {
      const act = await this.#environment.report(this.host, { runs })
      act()
      return true
    } catch (error) {
      this.#environment.logger.error({ host: this.host, err: error }, 'could not note what runs on the host')
      return false
    } finally {
      this.#nextLookAt = clock.monotonic() + Math.min(LONGEST_LOOK_REST_MS, LOOK_REST * (clock.monotonic() - startedAt))
    }
  }

  /** One sign of life; undefined when there was none. The second failure in a row ends the connection, so that a new one is tried. */
  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await work()
      if (this.#failingSince !== null) this.#refreshWanted = true
      this.#answered()
      this.#environment.seen(this.host)
      return result
    } catch (error) {
      const again = this.#failingSince !== null
      if (!(error instanceof EngineError)) this.#environment.logger.warn({ host: this.host, err: error }, 'looking at the host failed')
      // Silence counts from the last answer; one to a ping beside a long list is not noted, and cannot be older than this.
      this.#noteFailure(error, Math.max(this.#answeredAt, this.#environment.clock.monotonic() - PING_INTERVAL_MS - PING_TIMEOUT_MS))
      if (again) throw error
      return undefined
    }
  }

  /** Nobody knows what was missed before changes were told, so they have to have been for a while. */
  #listIntervalMs(): number {
    const followed = this.#environment.clock.monotonic() - this.#followedSince >= LIST_INTERVAL_MS
    return followed ? FOLLOWED_LIST_INTERVAL_MS : LIST_INTERVAL_MS
  }

  async #watch(engine: Engine, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        this.#followedSince = this.#environment.clock.monotonic()
        for await (const _ of engine.changes(signal)) this.refresh()
      } catch {
        // The ping loop finds out whether the host is gone; here it only means that hints stop for a while.
      }
      this.#followedSince = Infinity
      if (!isAborted(signal)) await new Promise((resolve) => setTimeout(resolve, FIRST_RETRY_MS))
    }
  }

  #restBeforeLook(): Promise<void> {
    const restMs = Math.max(REFRESH_DELAY_MS, this.#nextLookAt - this.#environment.clock.monotonic())
    return new Promise((resolve) => setTimeout(resolve, restMs))
  }

  /** Waits, unless somebody wants a look at once. */
  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
      if (this.#isStopped() || (this.#engine && this.#refreshWanted && this.#failingSince === null)) this.#wake()
    })
  }
}

/** A long answer may take its time for as long as the host shows in between that it is there. */
async function whileAnswering<T>(engine: Engine, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  let done = false
  const silent = new Promise<never>((_, reject) => {
    const ask = () => {
      if (!done) timer = setTimeout(() => void engine.ping(PING_TIMEOUT_MS).then(ask, reject), PING_INTERVAL_MS)
    }
    ask()
  })
  try {
    return await Promise.race([work, silent])
  } finally {
    done = true
    clearTimeout(timer)
  }
}

async function withTimeout<T>(work: Promise<T>, ms: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new EngineError('unreachable', `${message} within ${ms / 1000} s`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
