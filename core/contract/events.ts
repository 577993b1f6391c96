import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Instant, Name, Seq } from './names.ts'
import { read } from './operation.ts'

export const EVENT_KINDS = [
  'system.started',
  'system.stopped',
  'system.brake-on',
  'system.brake-off',
  'system.backup-taken',
  'host.added',
  'host.changed',
  'host.removed',
  'host.cordoned',
  'host.uncordoned',
  'host.drain-started',
  'host.drained',
  'host.ready',
  'host.unreachable',
  'host.blocked',
  'host.key-pinned',
  'host.key-trusted',
  'app.created',
  'app.changed',
  'app.scaled',
  'app.restarted',
  'app.stopped',
  'app.started',
  'app.rolled-back',
  'app.removing',
  'app.removed',
  'app.waiting',
  'app.settled',
  'app.backing-off',
  'instance.placed',
  'instance.running',
  'instance.healthy',
  'instance.unhealthy',
  'instance.failed',
  'instance.stopping',
  'instance.stopped',
  'instance.unreachable',
  'instance.returned',
  'instance.surplus',
  'secret.set',
  'secret.removed',
  'artifact.uploaded',
  'exec.opened',
  'user.added',
  'user.changed',
  'user.removed',
  'user.signed-in',
  'user.sign-in-failed',
  'token.created',
  'token.revoked',
] as const
export const EventKind = z.enum(EVENT_KINDS)
export type EventKind = z.output<typeof EventKind>

/** One line of the append-only log. `hash` covers the line and the hash before it, so a changed line shows. */
export const Event = z.object({
  seq: Seq,
  at: Instant,
  kind: EventKind,
  actor: z.string().describe('Name of the user, "token:<name>", or "system"'),
  app: Name.nullable(),
  host: Name.nullable(),
  instance: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export type Event = z.output<typeof Event>

const filter = z.object({
  app: Name.optional(),
  host: Name.optional(),
  instance: z.string().max(81).optional(),
  kind: z.string().max(1000).optional().describe('A kind ("app.scaled"), a family ("app"), or several with commas between'),
})

export const events = {
  list: read()
    .route({ method: 'GET', path: '/events', summary: 'Events, newest first', tags: ['Events'] })
    .input(
      filter.extend({
        before: z.coerce.number().int().optional().describe('Only events with a lower seq'),
        after: z.coerce.number().int().optional().describe('Only events with a higher seq'),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
    )
    .output(z.object({ items: z.array(Event), latest: Seq })),
  stream: read()
    .route({ method: 'GET', path: '/events/stream', summary: 'Events as they happen; resumes after Last-Event-ID', tags: ['Events'] })
    .input(filter.extend({ after: z.coerce.number().int().optional().describe('Start after this seq; default: only new events') }))
    .output(eventIterator(Event)),
}
