import type { App, Health } from '../contract/index.ts'

export interface AppCounts {
  wanted: number
  running: number
  healthy: number
  starting: number
  waiting: number
  outdated: number
  /** Everything that still takes resources, stopping instances included; not what is out of reach with its host, which nobody can stop. */
  present: number
  failures: number
  /** Wanted instances that are out of reach with their hosts. */
  unreachable: number
}

/** One word for how an app does, from its counts and what is wanted of it. */
export function appStatus(state: App['state'], counts: AppCounts): App['status'] {
  if (state === 'removing') return 'changing'
  if (state === 'stopped') return counts.present === 0 ? 'stopped' : 'changing'
  // While the brake is on, or before its time has come, nothing takes the place of what is out of reach.
  const isLeft = counts.unreachable > 0 && counts.running + counts.starting < counts.wanted
  const mending = counts.waiting === 0 && counts.failures === 0 && !isLeft
  if (counts.healthy === 0 && counts.wanted > 0) return mending ? 'changing' : 'down'
  if (counts.healthy < counts.wanted) return mending ? 'changing' : 'degraded'
  if (counts.outdated > 0 || counts.present > counts.wanted) return counts.waiting > 0 ? 'degraded' : 'changing'
  return 'healthy'
}

export function appHealth(status: App['status']): Health {
  if (status === 'healthy') return 'healthy'
  return status === 'down' || status === 'degraded' ? 'unhealthy' : 'unknown'
}
