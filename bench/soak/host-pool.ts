import { createClient, type Client } from '../../core/contract/client.ts'

/** A container as its host itself reports it. */
export interface SeenContainer {
  host: string
  instance: string
  app: string
  running: boolean
}

/** Something that happened to a container, with the host's own time, ms since the epoch. */
export interface ContainerChange {
  instance: string
  change: 'start' | 'die'
  at: number
}

/** Hosts that are looked at and harmed past the core. */
export interface HostPool {
  readonly names: readonly string[]
  /** Containers of instances on all of them, asked of the hosts themselves. */
  view(): Promise<SeenContainer[]>
  /** Kills a container behind the core's back. */
  kill(container: SeenContainer): Promise<void>
  /** Takes a host off the network for this long. Resolves when it is back. */
  cutOff(host: string, forMs: number): Promise<void>
  stop(): Promise<void>
}

export type OnChange = (change: ContainerChange) => void

/** A client that gives up on a call after half a minute, so that a core that hangs shows. Streams are to be opened with `streaming`. */
export function clientOf(url: string, token: string): { calls: Client; streaming: Client } {
  return {
    calls: createClient({ url, token, fetch: (request, init) => fetch(request, { ...init, signal: AbortSignal.timeout(30_000) }) }),
    streaming: createClient({ url, token }),
  }
}
