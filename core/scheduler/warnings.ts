import { explain } from './explain.ts'
import { patternError } from './filters/pattern.ts'
import { place } from './place.ts'
import type { HostSnapshot, PlacementRequest, Snapshot } from './snapshot.ts'
import { summarise } from './summary.ts'

/** What an app asks for as a whole: `count` is the wanted number of instances. */
export interface AppRequest extends PlacementRequest {
  update: { minHealthy: number; maxOver: number }
}

/** The host as it would be at its best: ready, open, and with nothing on it. */
const emptied = (host: HostSnapshot): HostSnapshot => ({
  ...host,
  status: 'ready',
  scheduling: 'open',
  reserved: { cpuMillis: 0, memoryBytes: 0, diskBytes: 0 },
  takenPorts: new Set(),
})

const plural = (count: number) => `${count} ${count === 1 ? 'instance' : 'instances'}`

/**
 * Says what can never work on the present hosts, even if they were all up and empty: instances that fit nowhere, more
 * instances than fit, or an update that would wait for ever for a place. Found by trying, not by rules of thumb. Pure.
 */
export function warnings(request: AppRequest, snapshot: Snapshot): string[] {
  const found = request.constraints.flatMap((constraint) => {
    const error = constraint.operator === 'like' || constraint.operator === 'unlike' ? patternError(constraint.value) : null
    return error === null ? [] : [`The pattern of the constraint on ${constraint.field} is not valid: ${error}.`]
  })
  if (snapshot.hosts.length === 0 || request.count === 0) return found
  const empty: Snapshot = { hosts: snapshot.hosts.map(emptied), instancesOf: new Map() }
  const fresh = { ...request, failures: {}, leaving: [] }
  const { assignments, refusals } = place(empty, [fresh], { now: 0, seed: 0 })
  const why = refusals[0]?.summary ?? ''
  if (assignments.length === 0) return [...found, `No host can ever run this, even when all are empty: ${why}.`]
  if (assignments.length < request.count)
    return [...found, `Only ${assignments.length} of ${plural(request.count)} fit on the present hosts, even when they are empty: ${why}.`]
  return found.concat(updateWarning(fresh, empty, assignments))
}

/** An update that must keep all instances healthy needs a place for one more, beside all that run. */
function updateWarning(request: AppRequest, empty: Snapshot, assignments: ReturnType<typeof place>['assignments']): string[] {
  const mustKeep = Math.ceil(request.count * request.update.minHealthy)
  if (mustKeep < request.count) return []
  const full = {
    hosts: occupied(empty.hosts, request, assignments),
    instancesOf: new Map([[request.app, assignments.map(({ host }) => host)]]),
  }
  const next = { ...request, count: 1, leaving: assignments.map(({ host }) => host) }
  const verdicts = explain(full, next)
  if (verdicts.some(({ feasible }) => feasible)) return []
  return [
    `With ${plural(request.count)} running, no host has a place for one more, and update.minHealthy ${request.update.minHealthy} ` +
      `allows none to be stopped first, so an update could never finish: ${summarise(verdicts).summary}. ` +
      'Lower update.minHealthy, run fewer instances or add a host.',
  ]
}

function occupied(
  hosts: readonly HostSnapshot[],
  request: AppRequest,
  assignments: ReturnType<typeof place>['assignments'],
): HostSnapshot[] {
  const byHost = Map.groupBy(assignments, ({ host }) => host)
  return hosts.map((host) => {
    const here = byHost.get(host.name) ?? []
    const { cpuMillis, memoryBytes, diskBytes } = request.resources
    return {
      ...host,
      reserved: { cpuMillis: cpuMillis * here.length, memoryBytes: memoryBytes * here.length, diskBytes: diskBytes * here.length },
      takenPorts: new Set(here.flatMap(({ ports }) => ports.map((port) => `${port.protocol}/${port.hostPort}`))),
    }
  })
}
