import type { Duplex } from 'node:stream'
import type { BoundPort, EngineKind, HealthCheck, Resources } from '../contract/index.ts'

/** Everything an engine needs to run one instance. Complete: an engine never looks anything up. */
export interface InstanceRun {
  /** Id of this Spacefort installation; an engine only ever touches instances that carry it. */
  installation: string
  id: string
  app: string
  revision: number
  /** Name of the host, for the instance's environment. */
  host: string
  image?: string
  artifact?: Artifact
  command?: readonly string[]
  /** Complete environment, secrets and PORT variables included. Never written where others can read it. */
  env: Readonly<Record<string, string>>
  ports: readonly BoundPort[]
  volumes: readonly { source: string; target: string; readOnly: boolean }[]
  resources: { cpuMillis: number; memoryBytes: number }
  /** Signal that `stop` sends first, kept with the instance so that a later core uses the right one. */
  stopSignal: string
}

/** An uploaded tar; `open` starts reading it from the beginning, each time it is called. */
export interface Artifact {
  digest: string
  bytes: number
  open(): NodeJS.ReadableStream
}

/** What an engine sees of one instance, running or ended. */
export interface ObservedRun {
  id: string
  app: string
  revision: number
  state: 'starting' | 'running' | 'exited'
  startedAt: number | null
  endedAt: number | null
  exitCode: number | null
  /** Why it is not running, in the engine's words: "out of memory", "signal SIGKILL", "image not found". */
  message: string
  ports: readonly BoundPort[]
}

export interface RunStats {
  id: string
  /** When the engine measured, ms since the epoch. */
  at: number
  /** CPU time used since the instance started, in ms of one core: a counter, so a missed sample loses nothing. */
  cpuMs: number
  memoryBytes: number
  /** Counters since the start; null where the engine cannot tell. */
  networkInBytes: number | null
  networkOutBytes: number | null
}

export interface RawLogLine {
  stream: 'stdout' | 'stderr'
  at: number | null
  text: string
}

export interface LogRequest {
  follow: boolean
  /** Lines from the end of what is kept. */
  tail: number
  since?: number
  signal: AbortSignal
}

export interface ExecRequest {
  command: readonly string[]
  tty: boolean
  columns: number
  rows: number
}

/** A command that runs inside an instance. `close` ends it. */
export interface ExecSession {
  output: AsyncIterable<{ stream: 'stdout' | 'stderr'; data: Uint8Array }>
  /** Resolves when the command has ended and its output has been handed over. */
  exitCode: Promise<number>
  write(data: Uint8Array): void
  end(): void
  resize(columns: number, rows: number): void
  close(): void
}

export interface EngineInfo {
  version: string
  os: string
  capacity: Resources
}

/**
 * One host's way of running instances. Methods are safe to repeat: `start` of what runs and `stop` of what is gone
 * succeed, so a core that was killed half-way simply asks again. Every method rejects with `EngineError`.
 */
export interface Engine {
  readonly kind: EngineKind
  /** Cheap proof of life, at most `timeoutMs`. */
  ping(timeoutMs: number): Promise<void>
  info(): Promise<EngineInfo>
  /** All instances of this installation on the host, ended ones included until they are removed. */
  list(installation: string): Promise<ObservedRun[]>
  /** Starts the instance unless it is there already, running or ended. Resolves once it has been started. */
  start(run: InstanceRun): Promise<void>
  /** Sends the stop signal, waits up to `graceMs`, then kills. Keeps the ended instance until `remove`. */
  stop(id: string, graceMs: number): Promise<void>
  /** Forgets an instance with its logs and state; kills it if it still runs. */
  remove(id: string): Promise<void>
  /** One sample of each running instance among `ids`; those that are gone are left out. */
  stats(ids: readonly string[]): Promise<RunStats[]>
  logs(id: string, request: LogRequest): AsyncIterable<RawLogLine>
  exec(id: string, request: ExecRequest): Promise<ExecSession>
  /** Runs a command health check inside the instance; resolves to its exit code. */
  check(id: string, check: Extract<HealthCheck, { kind: 'command' }>): Promise<number>
  /** Yields whenever something may have changed; ends when the connection does. A hint only: `list` tells the truth. */
  changes(signal: AbortSignal): AsyncIterable<void>
  /** Opens a connection to a port of the host, through the tunnel where there is one. */
  dial(port: number): Promise<Duplex>
  /** Lets go of the connection. Instances go on running. */
  close(): Promise<void>
}

/**
 * `unreachable`: the host or its engine does not answer; try again later. `refused`: this request cannot succeed as it is
 * (no such image, port taken, command not found). `gone`: the instance is not there.
 */
export class EngineError extends Error {
  readonly reason: 'unreachable' | 'refused' | 'gone'

  constructor(reason: EngineError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EngineError'
    this.reason = reason
  }
}
