import { z } from 'zod'
import { Labels, Name } from './names.ts'

export const HostStatus = z
  .enum(['connecting', 'ready', 'unreachable', 'blocked'])
  .describe('blocked = the SSH host key changed, and a person has to decide')
export type HostStatus = z.output<typeof HostStatus>

export const Scheduling = z
  .enum(['open', 'cordoned', 'draining', 'drained'])
  .describe('Whether new instances may come, and whether those there must leave')
export type Scheduling = z.output<typeof Scheduling>

export const EngineKind = z.enum(['docker', 'process'])
export type EngineKind = z.output<typeof EngineKind>

const placeFilter = z.string().max(63).optional()

/** Which hosts are meant; what is left out does not narrow them. An empty place means hosts that have none. */
export const HostFilter = z.object({
  status: HostStatus.optional(),
  scheduling: Scheduling.optional(),
  engine: EngineKind.optional(),
  centre: placeFilter,
  room: placeFilter,
  rack: placeFilter,
  domain: z.enum(['business', 'network', 'management', '']).optional(),
  label: z
    .string()
    .max(1000)
    .optional()
    .describe('Labels that a host must have, with commas between: "disk=ssd" (this value) or "gpu" (any value)'),
})
export type HostFilter = z.output<typeof HostFilter>

const Count = z.object({ value: z.string(), hosts: z.int() })

/** How many hosts there are of each kind. Each list is narrowed by the rest of the filter, not by its own choice. */
export const HostFacets = z.object({
  total: z.int().describe('All hosts, whatever the filter'),
  matching: z.int(),
  status: z.array(Count),
  scheduling: z.array(Count),
  engine: z.array(Count),
  centre: z.array(Count).describe('An empty value counts the hosts that have none'),
  room: z.array(Count),
  rack: z.array(Count),
  domain: z.array(Count),
  label: z.array(Count).describe('As "key=value", the most frequent first; at most 500'),
})
export type HostFacets = z.output<typeof HostFacets>

const MANY = 200
export const HostNames = z.array(Name).min(1).max(MANY)

/** Labels to set and label keys to take away; all others stay. */
export const LabelChange = z.strictObject({
  set: Labels.default({}),
  remove: z.array(z.string().max(63)).max(100).default([]),
})
export type LabelChange = z.output<typeof LabelChange>

/** What became of one host of many. */
export const HostOutcome = z.object({
  name: z.string(),
  outcome: z.enum(['changed', 'unchanged', 'failed']),
  code: z.string().describe('On failure: the code of the error; otherwise empty'),
  message: z.string().describe('On failure: what stood against it'),
})
export type HostOutcome = z.output<typeof HostOutcome>

export const HostOutcomes = z.object({ items: z.array(HostOutcome) })
