import { parseDuration, type Health, type HealthCheck } from '../contract/index.ts'

export interface CheckState {
  consecutiveFailures: number
  /** Whether it ever passed since the instance started; ends the grace time. */
  everPassed: boolean
  health: Health
}

export const UNCHECKED: CheckState = { consecutiveFailures: 0, everPassed: false, health: 'unknown' }

/**
 * The state after one more result. Failures within the grace time after the start do not count until the first success; then
 * `failures` in a row make the instance unhealthy, and 0 means never (Marathon's health checks, counting as Mesos does: the
 * n-th failure decides, not the one after it).
 */
export function judgeHealth(state: CheckState, result: { check: HealthCheck; passed: boolean; startedAt: number; at: number }): CheckState {
  const { check, passed, startedAt, at } = result
  if (passed) return { consecutiveFailures: 0, everPassed: true, health: 'healthy' }
  const inGrace = !state.everPassed && at - startedAt < (parseDuration(check.grace) ?? 0)
  if (inGrace) return state
  const consecutiveFailures = state.consecutiveFailures + 1
  const unhealthy = check.failures > 0 && consecutiveFailures >= check.failures
  return { ...state, consecutiveFailures, health: unhealthy ? 'unhealthy' : state.health }
}

/** All checks together: unhealthy if one is, healthy if all are. */
export function overallHealth(states: readonly CheckState[]): Health {
  if (states.some((state) => state.health === 'unhealthy')) return 'unhealthy'
  return states.length > 0 && states.every((state) => state.health === 'healthy') ? 'healthy' : 'unknown'
}
