import type { Principal } from '../base/routing.ts'
import type { OperationMeta } from '../contract/index.ts'

/** An endpoint whose body is not JSON. It has the same access, limits and error answers as the operations of the contract. */
export interface RawRoute {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST'
  /** Whole path with parameters in braces, as in "/api/v1/artifacts/{digest}". */
  path: string
  meta: OperationMeta
  summary: string
  tag: string
  /** Longest body it takes; 0 = none. */
  maxBodyBytes: number
  /** Type of what it answers, and of what it takes. */
  contentType: string
  handle: (request: Request, call: { principal: Principal; params: Readonly<Record<string, string>> }) => Promise<Response>
}
