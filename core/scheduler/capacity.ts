import type { BoundPort, Resources } from '../contract/index.ts'
import { schedulingRule, statusRule } from './filters/availability.ts'
import { portRule } from './filters/port.ts'
import { cpuRule, diskRule, memoryRule } from './filters/resources.ts'
import { Pool } from './pool.ts'
import type { HostSnapshot, PlacementRequest } from './snapshot.ts'

const RULES = [statusRule, schedulingRule, cpuRule, memoryRule, diskRule, portRule]

/**
 * Whether a host, as it is now, can still take an instance that was placed on it a moment ago with these very ports. The
 * writing transaction asks this for every assignment, and sends those that no longer fit back to be placed again.
 */
export function fits(host: HostSnapshot, need: { resources: Resources; ports: readonly BoundPort[] }): boolean {
  const pool = new Pool({ hosts: [host], instancesOf: new Map() }, 0)
  const request: PlacementRequest = {
    app: '',
    count: 1,
    image: true,
    artifact: true,
    command: true,
    resources: need.resources,
    ports: need.ports.map(({ name, protocol, hostPort }) => ({ name, protocol, host: hostPort })),
    constraints: [],
    spread: [],
    failures: {},
    leaving: [],
  }
  return RULES.every((rule) => rule(pool, request).passes(0))
}
