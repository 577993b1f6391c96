import type { RuleName, RuleResult } from '../../contract/index.ts'
import type { Pool } from '../pool.ts'
import type { PlacementRequest } from '../snapshot.ts'

/** One rule, made ready for one request: what does not depend on the host has been worked out. */
export interface Check {
  rule: RuleName
  passes(host: number): boolean
  /** Tells kinds of failure apart by number, so that hosts which fail alike are counted without a sentence for each. */
  variant(host: number): number
  explain(host: number): RuleResult
}

export type Rule = (pool: Pool, request: PlacementRequest) => Check
