import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineLink } from './engine-link.ts'

interface ContainerEvent {
  Action: string
  Actor: { ID: string }
  timeNano: number
}

interface Seen {
  host: string
  running: boolean
}

/** What an engine said of one container, with the engine's own time. */
export interface Moment {
  host: string
  container: string
  action: string
  atMs: number
}

const KEPT_ACTIONS = ['create', 'start', 'die', 'destroy']

/**
 * Looks at all engines from outside, by their own streams of events and their own clock (which is this machine's). The same eyes
 * for everybody who is compared.
 */
export class Observer {
  readonly #links: readonly EngineLink[]
  readonly #containers = new Map<string, Seen>()
  readonly #hangUps: (() => void)[] = []
  moments: Moment[] = []
  #wake: () => void = () => undefined

  private constructor(links: readonly EngineLink[]) {
    this.#links = links
  }

  static async open(links: readonly EngineLink[]): Promise<Observer> {
    const observer = new Observer(links)
    const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: KEPT_ACTIONS }))
    for (const link of links)
      observer.#hangUps.push(
        await link.follow(`/events?filters=${filters}`, (event) => observer.#note(link.host.name, event as ContainerEvent)),
      )
    return observer
  }

  close(): void {
    for (const hangUp of this.#hangUps) hangUp()
  }

  running(host?: string): number {
    return [...this.#containers.values()].filter((seen) => seen.running && (host === undefined || seen.host === host)).length
  }

  get present(): number {
    return this.#containers.size
  }

  /** Resolves to the engines' time at which `reached` became true, after a list of every engine has said the same. */
  async until(reached: (observer: Observer) => boolean, timeoutMs: number): Promise<number> {
    const end = Date.now() + timeoutMs
    while (!reached(this)) {
      const left = end - Date.now()
      if (left <= 0) throw new Error(`not reached within ${timeoutMs / 1000} s: ${this.running()} running of ${this.present} present`)
      await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), sleep(Math.min(left, 1000))])
    }
    const atMs = Math.max(...this.moments.map((moment) => moment.atMs))
    await this.#confirm()
    return atMs
  }

  async #confirm(): Promise<void> {
    for (const link of this.#links) {
      const listed = await link.call<{ State: string }[]>('GET', '/containers/json?all=1')
      const running = listed.filter(({ State }) => State === 'running').length
      if (running !== this.running(link.host.name))
        throw new Error(`${link.host.name} lists ${running} running containers, its events say ${this.running(link.host.name)}`)
    }
  }

  #note(host: string, event: ContainerEvent): void {
    const id = event.Actor.ID
    if (event.Action === 'destroy') this.#containers.delete(id)
    else this.#containers.set(id, { host, running: event.Action === 'start' })
    this.moments.push({ host, container: id, action: event.Action, atMs: event.timeNano / 1e6 })
    this.#wake()
  }
}
