import { backoffUntil, type AppRecord, type InstanceRecord } from '../apps/index.ts'
import { parseDuration } from '../contract/index.ts'
import type { HostState } from '../hosts/index.ts'
import type { KnownInstance, WantedApp } from './diff.ts'

/** What is wanted of a stored app, as `diff` takes it. */
export function toWanted(
  record: Pick<AppRecord, 'spec' | 'runRevision' | 'restartGeneration' | 'failures'> & { app: { state: AppRecord['app']['state'] } },
): WantedApp {
  const { app, spec } = record
  return {
    instances: app.state === 'running' ? spec.instances : 0,
    runRevision: record.runRevision,
    restartGeneration: record.restartGeneration,
    hasHealthChecks: spec.healthChecks.length > 0,
    minHealthy: spec.update.minHealthy,
    maxOver: spec.update.maxOver,
    replaceAfterMs: parseDuration(spec.unreachable.replaceAfter) ?? 0,
    backoffUntil: backoffUntil(spec.backoff, record.failures),
    failing: record.failures.failures > 0,
  }
}

/** A stored instance, as `diff` takes it. `host` is undefined when it was removed. */
export function toKnown(
  item: InstanceRecord,
  host: Pick<HostState, 'scheduling'> | undefined,
  evictable: ReadonlySet<string>,
): KnownInstance {
  const { instance } = item
  return {
    id: instance.id,
    revision: instance.revision,
    restartGeneration: item.restartGeneration,
    host: instance.host,
    hostLeaving: host === undefined || host.scheduling === 'draining' || host.scheduling === 'drained',
    hostEvictable: host === undefined || evictable.has(instance.host),
    status: instance.status,
    statusSince: item.statusSince,
    health: instance.health,
    createdAt: instance.createdAt,
  }
}

/**
 * What decides between equally good hosts and where the search for a free port begins: the same for one generation, so that a
 * preview can foresee it; another one after a failure, so that a port which a stranger holds is not tried again, and in another
 * installation, so that two consoles which share a host do not reach for the same ports.
 */
export function placementSeed(
  installation: string,
  { app, failures }: Pick<AppRecord, 'failures'> & { app: { name: string; generation: number } },
): string {
  return `${installation}/${app.name}/${app.generation}/${failures.failures}`
}
