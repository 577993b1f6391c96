import { parseBytes, parseCpu, type AppSpec, type Resources } from '../contract/index.ts'
import type { PlacementRequest } from '../scheduler/index.ts'

/** What every instance of a specification reserves. */
export function resourcesOf(spec: AppSpec): Resources {
  return {
    cpuMillis: parseCpu(spec.resources.cpu) ?? 0,
    memoryBytes: parseBytes(spec.resources.memory) ?? 0,
    diskBytes: parseBytes(spec.resources.disk ?? 0) ?? 0,
  }
}

/** Asks the scheduler for `count` instances of an app. `leaving`: hosts of the instances that these replace. */
export function requestFor(
  spec: AppSpec,
  count: number,
  context: { failures?: Readonly<Record<string, number>>; leaving?: readonly string[] } = {},
): PlacementRequest {
  return {
    app: spec.name,
    count,
    image: spec.image !== undefined,
    artifact: spec.artifact !== undefined,
    command: spec.command !== undefined,
    resources: resourcesOf(spec),
    ports: spec.ports,
    constraints: spec.constraints,
    spread: spec.spread,
    failures: context.failures ?? {},
    leaving: context.leaving ?? [],
  }
}
