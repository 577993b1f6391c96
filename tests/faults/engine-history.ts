import { request, type ClientRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { engineSocket, type HostState, type LabState } from '../../lab/index.ts'

export interface Deed {
  host: string
  action: 'create' | 'start' | 'die' | 'destroy'
  container: string
  instance: string
  /** When, by the engine's clock, in nanoseconds; tells repeats apart. */
  at: number
}

const ACTIONS = new Set(['create', 'start', 'die', 'destroy'])
const RETRY_MS = 200

interface EngineEvent {
  Action: string
  Actor: { ID: string; Attributes: Record<string, string> }
  timeNano: number
}

/** Writes down all that the engines themselves say they did, from when it is started until it is stopped. */
export class EngineHistory {
  readonly deeds: Deed[] = []
  readonly #known = new Set<string>()
  readonly #calls = new Map<string, ClientRequest>()
  #stopped = false

  start(lab: LabState): void {
    for (const host of lab.hosts) if (host.kind !== 'ssh') void this.#follow(host, Math.floor(Date.now() / 1000))
  }

  stop(): void {
    this.#stopped = true
    for (const call of this.#calls.values()) call.destroy()
  }

  /** An engine that was restarted has forgotten; what was heard before stays. */
  async #follow(host: HostState, since: number): Promise<void> {
    while (!this.#isStopped()) {
      await this.#listen(host, since)
      await sleep(RETRY_MS)
    }
  }

  #isStopped(): boolean {
    return this.#stopped
  }

  #listen(host: HostState, since: number): Promise<void> {
    const filters = encodeURIComponent(JSON.stringify({ type: ['container'], label: ['spacefort.instance'] }))
    return new Promise((resolve) => {
      const options = { socketPath: engineSocket(host), path: `/events?since=${since}&filters=${filters}`, agent: false }
      const call = request(options, (response) => {
        let rest = ''
        response.on('data', (data: Buffer) => {
          const lines = (rest + data.toString()).split('\n')
          rest = lines.pop() ?? ''
          for (const line of lines) if (line.trim() !== '') this.#note(host, JSON.parse(line) as EngineEvent)
        })
        response.on('close', resolve)
      })
      this.#calls.set(host.name, call)
      call.on('error', () => resolve())
      call.end()
    })
  }

  #note(host: HostState, { Action, Actor, timeNano }: EngineEvent): void {
    const key = `${host.name}/${Actor.ID}/${Action}/${timeNano}`
    if (!ACTIONS.has(Action) || this.#known.has(key)) return
    this.#known.add(key)
    const instance = Actor.Attributes['spacefort.instance'] ?? ''
    this.deeds.push({ host: host.name, action: Action as Deed['action'], container: Actor.ID, instance, at: timeNano })
  }
}
