import { z } from 'zod'
import { App } from './apps.ts'
import { Host } from './hosts.ts'
import { Instant, Seq } from './names.ts'
import { operation, read } from './operation.ts'
import { topology } from './topology.ts'

const used = z.object({ cpuMillis: z.number(), memoryBytes: z.number() })
/** Sums of many hosts: the disks of ten thousand hosts hold more bytes than an exact integer of JSON can count. */
const ResourceSums = z.object({ cpuMillis: z.number(), memoryBytes: z.number(), diskBytes: z.number() })

/** One data centre in numbers; capacity, reserved and used are those of its ready hosts. */
export const CentreOverview = z.object({
  centre: z.string().nullable().describe('null = hosts without a centre'),
  hosts: z.object({ total: z.int(), ready: z.int(), unreachable: z.int(), blocked: z.int(), cordoned: z.int() }),
  instances: z.int().describe('Instances that have not ended, on all of its hosts'),
  capacity: ResourceSums,
  reserved: ResourceSums,
  used,
})
export type CentreOverview = z.output<typeof CentreOverview>

export const Overview = z.object({
  version: z.string(),
  installation: z.string(),
  startedAt: Instant,
  now: Instant,
  latestSeq: Seq,
  hosts: z.object({ total: z.int(), ready: z.int(), unreachable: z.int(), blocked: z.int(), cordoned: z.int() }),
  apps: z.object({ total: z.int(), healthy: z.int(), changing: z.int(), degraded: z.int(), down: z.int(), stopped: z.int() }),
  instances: z.object({ wanted: z.int(), running: z.int(), healthy: z.int(), waiting: z.int(), unreachable: z.int() }),
  capacity: ResourceSums,
  reserved: ResourceSums,
  used,
  centres: z.array(CentreOverview).describe('By name; hosts without a centre come last'),
  brake: z
    .object({ on: z.boolean(), reason: z.string() })
    .describe('On when so many hosts are lost at once that moving their instances would do more harm than good'),
})
export type Overview = z.output<typeof Overview>

/** What can be wrong with an app or a host, in the order of consequence. */
export const CONCERN_KINDS = [
  'app-down',
  'host-blocked',
  'host-unreachable',
  'app-waiting',
  'app-backing-off',
  'app-short',
  'host-cordoned',
] as const
export const ConcernKind = z.enum(CONCERN_KINDS)
export type ConcernKind = z.output<typeof ConcernKind>

/** One thing that is wrong now. */
export const Concern = z.discriminatedUnion('kind', [
  z.object({
    kind: z
      .enum(['app-down', 'app-waiting', 'app-backing-off', 'app-short'])
      .describe('down = serves nobody; waiting = no host can take an instance; short = instances are lost and not yet replaced'),
    app: App.pick({ name: true, status: true, wanted: true, running: true, healthy: true, waiting: true, backoffUntil: true }),
    reason: z.string().describe('The scheduler’s own sentence, or what the last failed instance said; empty when neither said anything'),
  }),
  z.object({
    kind: z.enum(['host-blocked', 'host-unreachable', 'host-cordoned']).describe('cordoned = for longer than a day'),
    host: Host.pick({ name: true, centre: true, room: true, rack: true, scheduling: true, instances: true }),
    since: Instant,
    reason: z.string(),
  }),
])
export type Concern = z.output<typeof Concern>

export const Attention = z.object({
  now: Instant,
  total: z.int().describe('All that is wrong, by whatever was asked for'),
  counts: z.record(ConcernKind, z.int()).describe('How many there are of each kind, whichever kind was asked for'),
  items: z.array(Concern).describe('The worst first'),
})
export type Attention = z.output<typeof Attention>

export const Check = z.object({
  name: z.string(),
  status: z.enum(['ok', 'warning', 'failed']),
  detail: z.string(),
  hint: z.string().optional(),
})
export type Check = z.output<typeof Check>

export const system = {
  overview: read()
    .route({ method: 'GET', path: '/overview', summary: 'The whole pool at a glance', tags: ['System'] })
    .output(Overview),
  attention: read()
    .route({ method: 'GET', path: '/attention', summary: 'What is wrong now, the worst first', tags: ['System'] })
    .input(
      z.object({
        kind: ConcernKind.optional(),
        centre: z.string().max(63).optional().describe('Only hosts of this centre, and apps that have instances there or nowhere'),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
    )
    .output(Attention),
  topology,
  doctor: operation({ role: 'operator', scope: 'system' })
    .route({
      method: 'GET',
      path: '/doctor',
      summary: 'Check the console itself: store, event chain, hosts, clock, disk',
      tags: ['System'],
    })
    .output(z.object({ ok: z.boolean(), checks: z.array(Check) })),
  sampleApp: read()
    .route({ method: 'GET', path: '/samples/shop', summary: 'Specification of the sample shop, ready to apply', tags: ['System'] })
    .output(z.object({ yaml: z.string() })),
}
