import type { BoundPort, Constraint, EngineKind, HostStatus, Placement, PortSpec, Resources, RuleName } from '../contract/index.ts'

/** One host as the scheduler sees it. Inputs are never changed by the scheduler. */
export interface HostSnapshot {
  name: string
  status: HostStatus
  scheduling: 'open' | 'cordoned' | 'draining' | 'drained'
  engine: EngineKind
  /** Values of host fields: host, centre, room, rack, domain, engine and label.<key>. A missing field is not in the map. */
  fields: Readonly<Record<string, string>>
  /** What instances may take: capacity less the system share. */
  allocatable: Resources
  reserved: Resources
  /** Ports of the host that are taken, as "tcp/8080". */
  takenPorts: ReadonlySet<string>
}

/** Hosts, and where the counted instances of each app are: app → host of every instance that is wanted to run. */
export interface Snapshot {
  hosts: readonly HostSnapshot[]
  instancesOf: ReadonlyMap<string, readonly string[]>
}

/** `count` alike instances of one app that want a host. */
export interface PlacementRequest {
  app: string
  count: number
  /** What the specification gives to run: a Docker host needs the image; see the engine rule for processes. */
  image: boolean
  artifact: boolean
  command: boolean
  resources: Resources
  ports: readonly PortSpec[]
  constraints: readonly Constraint[]
  spread: readonly string[]
  /** Hosts on which this app failed lately, with how often: taken only when no other host fits as well. */
  failures: Readonly<Record<string, number>>
  /**
   * Hosts of instances that this placement replaces (of another revision, or on a draining host). They still take their
   * resources, but do not count for constraints and spread, since they will be gone.
   */
  leaving: readonly string[]
}

export interface Assignment {
  app: string
  host: string
  ports: BoundPort[]
  placement: Placement
}

/** Why some instances of an app found no host: the first rule each host fails, counted. */
export interface Refusal {
  app: string
  count: number
  summary: string
  reasons: { rule: RuleName; hosts: number; text: string }[]
}

export interface PlaceResult {
  assignments: Assignment[]
  refusals: Refusal[]
}
