import { oc } from '@orpc/contract'
import { z } from 'zod'
import { ERROR_STATUS, ErrorDetails, type ErrorCode } from './errors.ts'

/** What a user may do; each role includes the ones before it. */
export const Role = z.enum(['viewer', 'operator', 'administrator'])
export type Role = z.output<typeof Role>

/** What a token may touch, at most; the role of its owner still applies. */
export const Scope = z.enum(['read', 'apps', 'hosts', 'secrets', 'system'])
export type Scope = z.output<typeof Scope>

/** What the caller of an operation needs. `role: null` = no sign-in needed. */
export interface OperationMeta {
  role: Role | null
  scope: Scope
}

function declare(...codes: ErrorCode[]) {
  return Object.fromEntries(codes.map((code) => [code, { status: ERROR_STATUS[code], data: ErrorDetails }])) as Record<
    ErrorCode,
    { status: number; data: typeof ErrorDetails }
  >
}

const base = oc.$meta<OperationMeta>({ role: 'administrator', scope: 'system' })

/**
 * Starts the definition of one operation: who may call it and which errors it can answer with, besides those that any
 * operation can (bad input, no sign-in, forbidden, rate limit, internal).
 */
export function operation(meta: OperationMeta, ...codes: ErrorCode[]) {
  return base.meta(meta).errors(declare('BAD_REQUEST', 'UNAUTHENTICATED', 'FORBIDDEN', 'RATE_LIMITED', 'INTERNAL', ...codes))
}

export const read = (...codes: ErrorCode[]) => operation({ role: 'viewer', scope: 'read' }, ...codes)

export const Accepted = z.object({ seq: z.int().describe('Position in the event log of the change that was accepted') })
