import { z } from 'zod'
import { Host } from './hosts.ts'
import { Health, InstanceStatus } from './instances.ts'
import { Labels, Name, Seq } from './names.ts'
import { read } from './operation.ts'

const MAX_NAMES = 200

/** One host of the picture: where it stands, how full it is, and what is on it. */
export const TopologyHost = z.object({
  ...Host.pick({ name: true, centre: true, room: true, rack: true, domain: true, status: true, statusMessage: true, scheduling: true })
    .shape,
  labels: Labels,
  cpuMillis: z.int().describe('What the host has'),
  memoryBytes: z.int(),
  reservedCpuMillis: z.int().describe('What its instances reserve'),
  reservedMemoryBytes: z.int(),
  used: Host.shape.used,
  instances: z
    .array(z.object({ id: z.string(), app: Name, status: InstanceStatus, health: Health }))
    .describe('Those that have not ended, by app and id'),
})
export type TopologyHost = z.output<typeof TopologyHost>

export const Topology = z.object({
  seq: Seq.describe('The answer holds every event up to this one'),
  hosts: z.array(TopologyHost),
})
export type Topology = z.output<typeof Topology>

export const topology = read()
  .route({
    method: 'GET',
    path: '/topology',
    summary: 'Every host with its place, use, state and instances, for a picture of the pool',
    tags: ['System'],
  })
  .input(
    z.object({
      hosts: z
        .string()
        .max(MAX_NAMES * 64)
        .regex(/^[a-z0-9-]+(,[a-z0-9-]+)*$/, 'write the names of hosts with commas between')
        .optional()
        .describe('Only these hosts, as in "web-1,web-2"; those that are unknown are left out'),
    }),
  )
  .output(Topology)
