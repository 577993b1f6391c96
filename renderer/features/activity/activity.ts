export type ActivityKind =
  'create' | 'change' | 'rollback' | 'restart' | 'grow' | 'shrink' | 'stop' | 'start' | 'remove' | 'drain' | 'import'

/** How something that goes on can be taken back with what the console offers. */
export type Cancel =
  | { by: 'uncordon'; host: string }
  | { by: 'rollback'; app: string; generation: number; revision: number }
  | { by: 'scale'; app: string; generation: number; instances: number }
  | { by: 'start' | 'stop'; app: string; generation: number }

/** Work that takes a while: what, by whom, how far. */
export interface Activity {
  /** The same in every window and after a reload: the event it began with. */
  seq: number
  kind: ActivityKind
  /** Name of the app or host; empty for an import. */
  subject: string
  path: string
  actor: string
  startedAt: number
  /** null = goes on. */
  endedAt: number | null
  outcome: 'running' | 'done' | 'cancelled'
  done: number
  total: number
  /** Of an import: hosts that do not answer, or want a decision. */
  failed: number
  /** Why it does not go on, in the scheduler's words. */
  reason: string
  cancel: Cancel | null
}
