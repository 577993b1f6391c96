import type { Tone } from '../../app/theme/tokens.ts'

export const NOTICE_KINDS = [
  'brake',
  'app-down',
  'host-blocked',
  'host-unreachable',
  'app-short',
  'app-waiting',
  'app-backing-off',
  'sign-in-failed',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** Something serious, however often it happened. */
export interface Notice {
  /** Kind and subject: what happens again to the same is the same notice. */
  id: string
  kind: NoticeKind
  /** App, host or address; empty when it is about everything. */
  subject: string
  path: string
  tone: Tone
  count: number
  firstAt: number
  at: number
  /** Last event it is about; read means read up to here. */
  seq: number
  detail: string
  /** It is no longer so. */
  over: boolean
}
