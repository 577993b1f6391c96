import { LABEL } from '../../core/engines/docker/container.ts'

export interface FakeContainer {
  id: string
  name: string
  labels: Record<string, string>
  state: 'created' | 'running' | 'exited'
  exitCode: number
  startedAt: number
  finishedAt: number
}

export type Action = 'start' | 'die' | 'destroy'

/** The containers of one host, as a Docker Engine keeps them, with nothing behind them. */
export class FakeContainers {
  readonly #containers = new Map<string, FakeContainer>()
  readonly #listeners = new Set<(line: string) => void>()
  /** Told of every change at the moment it happens. */
  changed: ((container: FakeContainer, action: Action) => void) | undefined

  /** Puts a running instance there, as if it had been started before. */
  adopt(installation: string, instance: { id: string; app: string }): void {
    const labels = {
      [LABEL.installation]: installation,
      [LABEL.instance]: instance.id,
      [LABEL.app]: instance.app,
      [LABEL.revision]: '1',
      [LABEL.ports]: '[]',
    }
    const name = `spacefort-${instance.id}`
    this.#containers.set(name, { id: name, name, labels, state: 'running', exitCode: 0, startedAt: Date.now() - 60_000, finishedAt: 0 })
  }

  create(name: string, labels: Record<string, string>): FakeContainer | undefined {
    if (this.#containers.has(name)) return undefined
    const container: FakeContainer = { id: name, name, labels, state: 'created', exitCode: 0, startedAt: 0, finishedAt: 0 }
    this.#containers.set(name, container)
    return container
  }

  all(): FakeContainer[] {
    return [...this.#containers.values()]
  }

  find(name: string): FakeContainer | undefined {
    return this.#containers.get(name)
  }

  start(container: FakeContainer): void {
    Object.assign(container, { state: 'running', startedAt: Date.now() })
    this.#tell('start', container)
  }

  end(container: FakeContainer, exitCode: number): void {
    if (container.state !== 'running') return
    Object.assign(container, { state: 'exited', exitCode, finishedAt: Date.now() })
    this.#tell('die', container)
  }

  remove(container: FakeContainer): void {
    this.#containers.delete(container.name)
    this.#tell('destroy', container)
  }

  /** How many follow the changes now. */
  get followers(): number {
    return this.#listeners.size
  }

  /** Hands on every later change as Docker writes it; returns how to stop that. */
  onChange(listener: (line: string) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(action: Action, container: FakeContainer): void {
    this.changed?.(container, action)
    const line = `${JSON.stringify({ Type: 'container', Action: action, Actor: { ID: container.id, Attributes: {} } })}\n`
    for (const listener of this.#listeners) listener(line)
  }
}
