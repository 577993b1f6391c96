import { z } from 'zod'
import { Instant, Seq } from './names.ts'
import { operation, read } from './operation.ts'
import { Resources } from './hosts.ts'
import { topology } from './topology.ts'

export const Overview = z.object({
  version: z.string(),
  installation: z.string(),
  startedAt: Instant,
  now: Instant,
  latestSeq: Seq,
  hosts: z.object({ total: z.int(), ready: z.int(), unreachable: z.int(), blocked: z.int(), cordoned: z.int() }),
  apps: z.object({ total: z.int(), healthy: z.int(), changing: z.int(), degraded: z.int(), down: z.int(), stopped: z.int() }),
  instances: z.object({ wanted: z.int(), running: z.int(), healthy: z.int(), waiting: z.int(), unreachable: z.int() }),
  capacity: Resources,
  reserved: Resources,
  used: z.object({ cpuMillis: z.number(), memoryBytes: z.number() }),
  brake: z
    .object({ on: z.boolean(), reason: z.string() })
    .describe('On when so many hosts are lost at once that moving their instances would do more harm than good'),
})
export type Overview = z.output<typeof Overview>

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
