import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { AppSpec } from './app-spec.ts'
import { Health, Instance, LogLine, LogQuery, Placement } from './instances.ts'
import { Flag, Instant, ListQuery, Name, pageOf } from './names.ts'
import { operation, read } from './operation.ts'

export const APP_STATUSES = ['healthy', 'changing', 'degraded', 'down', 'stopped'] as const
export const AppStatus = z
  .enum(APP_STATUSES)
  .describe('degraded = fewer healthy than wanted and nothing under way that mends it yet; down = none healthy')
export type AppStatus = z.output<typeof AppStatus>

export const App = z.object({
  name: Name,
  description: z.string(),
  labels: z.record(z.string(), z.string()),
  state: z.enum(['running', 'stopped', 'removing']).describe('What is wanted of the app as a whole'),
  revision: z.int().describe('The wanted revision of its specification'),
  image: z.string().nullable().describe('Container image of the wanted revision; null where it runs a process'),
  generation: z.int().describe('Grows with every wanted change, scaling included'),
  wanted: z.int().describe('Instances wanted now'),
  running: z.int(),
  healthy: z.int().describe('Running and passing their health checks; without checks, running'),
  starting: z.int(),
  waiting: z.int().describe('Instances no host could take; see explain'),
  outdated: z.int().describe('Instances of another revision, or that must move'),
  status: AppStatus,
  health: Health,
  statusMessage: z.string().describe('The scheduler’s or the reconciler’s own sentence, as in "insufficient memory on 3 hosts"'),
  backoffUntil: Instant.nullable().describe('Replacements of failed instances wait until then'),
  createdAt: Instant,
  updatedAt: Instant,
})
export type App = z.output<typeof App>

/** Search, order and slice of the list of apps, and what else narrows it. */
export const AppListQuery = ListQuery.extend({
  status: AppStatus.optional(),
  names: z.string().max(10_000).optional().describe('Only the apps of these names, with commas between'),
})
export type AppListQuery = z.output<typeof AppListQuery>

export const Revision = z.object({
  app: Name,
  revision: z.int(),
  spec: AppSpec,
  createdAt: Instant,
  createdBy: z.string(),
  note: z.string(),
})
export type Revision = z.output<typeof Revision>

/** One difference between two specifications; secret values never appear, only secret names. */
export const SpecChange = z.object({
  path: z.string().describe('As in "resources.memory" or "ports[0].host"'),
  kind: z.enum(['added', 'removed', 'changed']),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
})
export type SpecChange = z.output<typeof SpecChange>

export const ApplyResult = z.object({
  app: App.nullable().describe('null when nothing was applied (dry run of a new app)'),
  outcome: z.enum(['created', 'changed', 'unchanged']),
  changes: z.array(SpecChange),
  replaces: z.int().describe('Instances that this change replaces'),
  warnings: z.array(z.string()),
})

/** The rules a host is checked against, in the order they are tried. */
export const RuleName = z.enum(['status', 'scheduling', 'engine', 'constraint', 'cpu', 'memory', 'disk', 'port'])
export type RuleName = z.output<typeof RuleName>

export const RuleResult = z.object({
  rule: RuleName,
  passes: z.boolean(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).describe('The numbers and names behind the sentence'),
  text: z.string().describe('In plain words, as in "needs 256Mi of memory, 100Mi free"'),
})
export type RuleResult = z.output<typeof RuleResult>

export const HostVerdict = z.object({ host: z.string(), feasible: z.boolean(), rules: z.array(RuleResult) })
export type HostVerdict = z.output<typeof HostVerdict>

export const Explanation = z.object({
  app: Name,
  wanted: z.int(),
  waiting: z.int(),
  summary: z.string().describe('One sentence, as in "insufficient memory on 3 hosts; port 8080 taken on 1"'),
  reasons: z.array(z.object({ rule: RuleName, hosts: z.int(), text: z.string() })).describe('First failed rule of each host, counted'),
  hosts: z.array(HostVerdict).describe('Every host against every rule for one more instance, as things are now'),
  instances: z.array(z.object({ id: z.string(), host: z.string(), placement: Placement.nullable() })),
})
export type Explanation = z.output<typeof Explanation>

const PerHost = z.array(z.object({ host: z.string(), count: z.int().positive() }))

/** What an action would do, found by letting the scheduler and the reconciler's own rules play it through. */
export const Preview = z.object({
  starts: PerHost.describe('Instances that would be started, by host'),
  stops: PerHost.describe('Instances that would be stopped, by host'),
  keeps: z.int().describe('Instances that would go on undisturbed'),
  waiting: z.int().describe('Instances no host could take'),
  summary: z.string().describe('Why instances would wait; empty when none would'),
  leastReady: z.int().describe('The fewest instances that would be ready at any moment'),
})
export type Preview = z.output<typeof Preview>

export const PreviewAction = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('scale'), instances: z.int().min(0).max(10_000) }),
  z.strictObject({ action: z.literal('rollback'), revision: z.int().min(1) }),
  z.strictObject({ action: z.literal('apply'), spec: AppSpec }),
  z.strictObject({ action: z.enum(['restart', 'stop', 'start', 'remove']) }),
])
export type PreviewAction = z.output<typeof PreviewAction>

const operate = { role: 'operator', scope: 'apps' } as const
const named = z.object({ name: Name })
const guarded = z.strictObject({
  name: Name,
  generation: z.int().optional().describe('Refuse (412) unless this is the current generation'),
})

export const apps = {
  list: read()
    .route({ method: 'GET', path: '/apps', summary: 'List apps', tags: ['Apps'] })
    .input(AppListQuery)
    .output(pageOf(App)),
  get: read('NOT_FOUND')
    .route({ method: 'GET', path: '/apps/{name}', summary: 'Show one app with its specification', tags: ['Apps'] })
    .input(named)
    .output(App.extend({ spec: AppSpec })),
  apply: operation(operate, 'UNPROCESSABLE', 'GENERATION_CHANGED', 'CONFLICT')
    .route({ method: 'PUT', path: '/apps/{name}', summary: 'Create or change an app from its specification', tags: ['Apps'] })
    .input(
      z.strictObject({
        name: Name,
        spec: AppSpec,
        dryRun: z.boolean().default(false).describe('Only say what would change'),
        generation: z.int().optional(),
        note: z.string().max(500).default(''),
      }),
    )
    .output(ApplyResult),
  preview: read('NOT_FOUND')
    .route({
      method: 'POST',
      path: '/apps/{name}/preview',
      summary: 'What an action would start and stop, and where; changes nothing',
      tags: ['Apps'],
    })
    .input(z.strictObject({ name: Name, change: PreviewAction }))
    .output(Preview),
  scale: operation(operate, 'NOT_FOUND', 'GENERATION_CHANGED', 'CONFLICT')
    .route({ method: 'POST', path: '/apps/{name}/scale', successStatus: 202, summary: 'Change the number of instances', tags: ['Apps'] })
    .input(guarded.extend({ instances: z.int().min(0).max(10_000) }))
    .output(App),
  restart: operation(operate, 'NOT_FOUND', 'CONFLICT')
    .route({
      method: 'POST',
      path: '/apps/{name}/restart',
      successStatus: 202,
      summary: 'Replace every instance, a few at a time',
      tags: ['Apps'],
    })
    .input(guarded)
    .output(App),
  stop: operation(operate, 'NOT_FOUND', 'CONFLICT')
    .route({
      method: 'POST',
      path: '/apps/{name}/stop',
      successStatus: 202,
      summary: 'Stop all instances and keep the app',
      tags: ['Apps'],
    })
    .input(guarded)
    .output(App),
  start: operation(operate, 'NOT_FOUND', 'CONFLICT')
    .route({ method: 'POST', path: '/apps/{name}/start', successStatus: 202, summary: 'Run a stopped app again', tags: ['Apps'] })
    .input(guarded)
    .output(App),
  rollback: operation(operate, 'NOT_FOUND', 'CONFLICT')
    .route({
      method: 'POST',
      path: '/apps/{name}/rollback',
      successStatus: 202,
      summary: 'Make an earlier revision the wanted one, as a new revision',
      tags: ['Apps'],
    })
    .input(guarded.extend({ revision: z.int().min(1) }))
    .output(ApplyResult),
  remove: operation(operate, 'NOT_FOUND')
    .route({ method: 'DELETE', path: '/apps/{name}', successStatus: 202, summary: 'Stop all instances and forget the app', tags: ['Apps'] })
    .input(named)
    .output(App),
  revisions: read('NOT_FOUND')
    .route({ method: 'GET', path: '/apps/{name}/revisions', summary: 'All kept revisions, newest first', tags: ['Apps'] })
    .input(named)
    .output(z.object({ items: z.array(Revision) })),
  explain: read('NOT_FOUND')
    .route({
      method: 'GET',
      path: '/apps/{name}/explain',
      summary: 'Why instances are where they are, and why others wait',
      tags: ['Apps'],
    })
    .input(named)
    .output(Explanation),
  logs: read('NOT_FOUND')
    .route({ method: 'GET', path: '/apps/{name}/logs', summary: 'Log lines of all instances in one stream', tags: ['Apps'] })
    .input(LogQuery.extend({ name: Name, ended: Flag.default(false).describe('Also instances that ended') }))
    .output(eventIterator(LogLine)),
  top: read('NOT_FOUND')
    .route({ method: 'GET', path: '/apps/{name}/top', summary: 'What each instance uses now', tags: ['Apps'] })
    .input(named)
    .output(
      z.object({
        items: z.array(
          Instance.pick({ id: true, host: true, status: true, health: true }).extend({
            cpuMillis: z.number().nullable(),
            memoryBytes: z.number().nullable(),
            requestsPerSecond: z.number().nullable(),
            at: Instant.nullable(),
          }),
        ),
      }),
    ),
  schema: operation({ role: null, scope: 'read' })
    .route({ method: 'GET', path: '/schemas/app', summary: 'JSON Schema of the app specification', tags: ['Apps'] })
    .output(z.record(z.string(), z.unknown())),
}
