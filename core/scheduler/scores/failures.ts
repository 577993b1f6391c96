import type { PlacementRequest } from '../snapshot.ts'

/** Failures of an app on a host after which the host comes last for it, as in SwarmKit. */
export const TOO_MANY_FAILURES = 5

export const isFailing = (request: PlacementRequest, host: string): boolean =>
  Object.hasOwn(request.failures, host) && (request.failures[host] ?? 0) >= TOO_MANY_FAILURES
