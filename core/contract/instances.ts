import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Flag, Instant, ListQuery, Name, pageOf } from './names.ts'
import { operation, read } from './operation.ts'

export const InstanceId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,80}$/)

export const InstanceStatus = z
  .enum(['starting', 'running', 'stopping', 'stopped', 'failed', 'unreachable'])
  .describe('stopped = ended as wanted; failed = ended by itself or never started; unreachable = its host does not answer')
export type InstanceStatus = z.output<typeof InstanceStatus>

export const Health = z.enum(['unknown', 'healthy', 'unhealthy'])
export type Health = z.output<typeof Health>

export const BoundPort = z.object({
  name: z.string(),
  protocol: z.enum(['tcp', 'udp']),
  hostPort: z.int(),
  containerPort: z.int(),
})
export type BoundPort = z.output<typeof BoundPort>

/** Why an instance is where it is: the scores of the host that won and of those that came next. */
export const Placement = z.object({
  at: Instant,
  considered: z.int().describe('Hosts looked at'),
  feasible: z.int().describe('Hosts that satisfied every rule'),
  score: z.number(),
  scores: z.record(z.string(), z.number()).describe('Parts of the score, by name; higher is better'),
  runnersUp: z.array(z.object({ host: z.string(), score: z.number(), scores: z.record(z.string(), z.number()) })),
})
export type Placement = z.output<typeof Placement>

export const Instance = z.object({
  id: InstanceId,
  app: Name,
  revision: z.int(),
  host: z.string(),
  address: z.string().describe('Address at which its ports can be reached'),
  wanted: z.enum(['running', 'stopped']),
  status: InstanceStatus,
  health: Health,
  ports: z.array(BoundPort),
  cause: z.string().describe('Why it was started: "scale", "replace", "update", "drain", "restart"'),
  createdAt: Instant,
  startedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  exitCode: z.int().nullable(),
  message: z.string().describe('The last thing worth knowing, as in "exit code 1" or "image not found"'),
})
export type Instance = z.output<typeof Instance>

export const LogLine = z.object({
  instance: z.string(),
  host: z.string(),
  stream: z.enum(['stdout', 'stderr']),
  at: Instant.nullable().describe('When it was written, if the engine knows'),
  text: z.string(),
})
export type LogLine = z.output<typeof LogLine>

export const LogQuery = z.object({
  follow: Flag.default(false),
  tail: z.coerce.number().int().min(0).max(10_000).default(200).describe('Lines of each instance, counted from the end'),
  since: z.coerce.number().int().optional(),
})

const operate = { role: 'operator', scope: 'apps' } as const
const byId = z.object({ id: InstanceId })
const session = z.object({ session: z.string().regex(/^[A-Za-z0-9_-]{10,64}$/) })

export const instances = {
  list: read()
    .route({ method: 'GET', path: '/instances', summary: 'List instances', tags: ['Instances'] })
    .input(
      ListQuery.extend({
        app: Name.optional(),
        host: Name.optional(),
        status: InstanceStatus.optional(),
        ended: Flag.default(false).describe('Also those that ended, as long as they are remembered'),
      }),
    )
    .output(pageOf(Instance)),
  get: read('NOT_FOUND')
    .route({ method: 'GET', path: '/instances/{id}', summary: 'Show one instance and why it is there', tags: ['Instances'] })
    .input(byId)
    .output(Instance.extend({ placement: Placement.nullable() })),
  logs: read('NOT_FOUND', 'HOST_UNREACHABLE')
    .route({ method: 'GET', path: '/instances/{id}/logs', summary: 'Log lines of one instance', tags: ['Instances'] })
    .input(LogQuery.extend({ id: InstanceId }))
    .output(eventIterator(LogLine)),
  stop: operation(operate, 'NOT_FOUND')
    .route({
      method: 'POST',
      path: '/instances/{id}/stop',
      successStatus: 202,
      summary: 'Stop one instance; another takes its place',
      tags: ['Instances'],
    })
    .input(byId)
    .output(Instance),
  openExec: operation(operate, 'NOT_FOUND', 'HOST_UNREACHABLE', 'CONFLICT')
    .route({
      method: 'POST',
      path: '/instances/{id}/exec',
      successStatus: 201,
      summary: 'Run a command inside an instance',
      tags: ['Exec'],
    })
    .input(
      z.strictObject({
        id: InstanceId,
        command: z.array(z.string().max(4096)).min(1).max(100),
        tty: z.boolean().default(false),
        columns: z.int().min(1).max(1000).default(80),
        rows: z.int().min(1).max(1000).default(24),
      }),
    )
    .output(session),
  execOutput: operation(operate, 'NOT_FOUND')
    .route({ method: 'GET', path: '/exec/{session}/output', summary: 'What the command prints, then its exit code', tags: ['Exec'] })
    .input(session)
    .output(
      eventIterator(
        z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('output'), stream: z.enum(['stdout', 'stderr']), data: z.base64() }),
          z.object({ kind: z.literal('exit'), exitCode: z.int() }),
        ]),
      ),
    ),
  execInput: operation(operate, 'NOT_FOUND')
    .route({ method: 'POST', path: '/exec/{session}/input', summary: 'Send input, a new window size, or the end of input', tags: ['Exec'] })
    .input(
      session.extend({
        data: z.base64().max(1_400_000).optional(),
        end: z.boolean().default(false),
        columns: z.int().min(1).max(1000).optional(),
        rows: z.int().min(1).max(1000).optional(),
      }),
    )
    .output(z.object({})),
  closeExec: operation(operate, 'NOT_FOUND')
    .route({ method: 'DELETE', path: '/exec/{session}', summary: 'End a command and its session', tags: ['Exec'] })
    .input(session)
    .output(z.object({})),
}
