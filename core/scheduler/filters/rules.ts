import type { Pool } from '../pool.ts'
import type { PlacementRequest } from '../snapshot.ts'
import { schedulingRule, statusRule } from './availability.ts'
import type { Check, Rule } from './check.ts'
import { constraintRule } from './constraint.ts'
import { engineRule } from './engine.ts'
import { portRule } from './port.ts'
import { cpuRule, diskRule, memoryRule } from './resources.ts'

/** Every rule, in the order in which hosts are checked and the first failure is reported. */
export const RULES: readonly Rule[] = [statusRule, schedulingRule, engineRule, constraintRule, cpuRule, memoryRule, diskRule, portRule]

export const checksFor = (pool: Pool, request: PlacementRequest): Check[] => RULES.map((rule) => rule(pool, request))
