import type { ContainerInfo, ContainerInspectInfo } from 'dockerode'
import { EngineError } from '../engine.ts'
import type { DockerApi } from './api.ts'
import { mapBounded } from './bounded.ts'

const AT_A_TIME = 16

type State = ContainerInspectInfo['State']

/** All that can be said of a container while its start is under way. */
const NOT_STARTED = { Status: 'created', Error: '', StartedAt: '', FinishedAt: '', ExitCode: 0 } as State

/**
 * Start times and exit codes, which Docker's list leaves out. They are asked for one by one and remembered only while
 * somebody watches the events, as these alone tell that a container was started again behind our back.
 */
export class StateCache {
  readonly #api: DockerApi
  readonly #timeoutMs: number
  readonly #states = new Map<string, State>()
  #watchers = 0

  constructor(api: DockerApi, timeoutMs: number) {
    this.#api = api
    this.#timeoutMs = timeoutMs
  }

  /**
   * States of these containers in their order; undefined for those that are gone meanwhile. Docker tells nothing of a container
   * until its start is over, so those that are being started are not asked about, or every look would wait for the slowest.
   */
  async of(containers: readonly ContainerInfo[], starting: ReadonlySet<string>): Promise<(State | undefined)[]> {
    const states = await mapBounded(containers, AT_A_TIME, (container) =>
      container.State === 'created' && starting.has(container.Id) ? Promise.resolve(NOT_STARTED) : this.#stateOf(container),
    )
    const known = new Set(containers.map((container) => container.Id))
    for (const id of this.#states.keys()) if (!known.has(id)) this.#states.delete(id)
    return states
  }

  forget(container: string): void {
    this.#states.delete(container)
  }

  /** Says that events are followed from now on, or no longer. */
  watched(by: 1 | -1): void {
    this.#watchers += by
    this.#states.clear()
  }

  async #stateOf(container: ContainerInfo): Promise<State | undefined> {
    const known = this.#states.get(container.Id)
    if (known?.Status === container.State) return known
    try {
      const { State } = (await this.#api.get(this.#timeoutMs, `/containers/${container.Id}/json`)) as ContainerInspectInfo
      if (this.#watchers > 0) this.#states.set(container.Id, State)
      return State
    } catch (error) {
      if (error instanceof EngineError && error.reason === 'gone') return undefined
      throw error
    }
  }
}
