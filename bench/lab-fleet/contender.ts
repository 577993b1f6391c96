/** What everybody runs. */
export interface Workload {
  image: string
  command: string[]
  port: number
  memoryBytes: number
  log: { Type: string; Config: Record<string, string> }
}

/** Somebody who brings the number of running containers to the wanted one. */
export interface Contender {
  readonly name: string
  /** Resolves when the wish was taken; whether it came true the observer says. */
  scale(count: number): Promise<void>
  /** Resolves once nothing of the last round is left to be done inside. */
  settle(): Promise<void>
}
