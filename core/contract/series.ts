import { z } from 'zod'
import { Flag, Instant } from './names.ts'
import { read } from './operation.ts'

/** What is measured of every instance; an app's own metrics come on top, named "app:<metric>". */
export const METRICS = {
  cpu: 'millicores',
  memory: 'bytes',
  'network-in': 'bytes/s',
  'network-out': 'bytes/s',
  requests: '1/s',
  errors: '1/s',
  latency: 'ms',
  concurrency: '1',
} as const
export type MetricName = keyof typeof METRICS

export const Series = z.object({
  metric: z.string(),
  unit: z.string(),
  instance: z.string().nullable(),
  app: z.string().nullable(),
  host: z.string().nullable(),
  points: z.array(z.tuple([Instant, z.number().nullable()])).describe('[time, value]; null where nothing was measured'),
})
export type Series = z.output<typeof Series>

/** What an app uses now: its instances together; null where nothing was measured in the last 20 seconds. */
export const AppUse = z.object({
  app: z.string(),
  cpuMillis: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  requestsPerSecond: z.number().nullable(),
  errorsPerSecond: z.number().nullable(),
  cpuHistory: z.array(z.number().nullable()).describe('Millicores over the last quarter of an hour, oldest first; empty unless asked for'),
})
export type AppUse = z.output<typeof AppUse>

export const series = {
  query: read()
    .route({ method: 'GET', path: '/series', summary: 'Measured values over time', tags: ['Metrics'] })
    .input(
      z.object({
        metric: z.string().max(200),
        app: z.string().max(63).optional(),
        host: z.string().max(63).optional(),
        instance: z.string().max(81).optional(),
        from: z.coerce.number().int(),
        to: z.coerce.number().int(),
        aggregate: z.enum(['none', 'sum', 'mean', 'max']).default('none').describe('Put all instances into one series'),
      }),
    )
    .output(
      z.object({
        stepMs: z.int().describe('Resolution: 10 s, 1 min or 10 min, by the age and length of the range'),
        series: z.array(Series),
      }),
    ),
  names: read()
    .route({ method: 'GET', path: '/series/names', summary: 'Metrics that exist for an app', tags: ['Metrics'] })
    .input(z.object({ app: z.string().max(63) }))
    .output(z.object({ items: z.array(z.object({ metric: z.string(), unit: z.string() })) })),
  apps: read()
    .route({ method: 'GET', path: '/series/apps', summary: 'What apps use now, and how much CPU lately', tags: ['Metrics'] })
    .input(
      z.object({
        apps: z
          .string()
          .regex(/^[a-z0-9-]{1,63}(,[a-z0-9-]{1,63}){0,99}$/, 'write up to 100 names of apps with commas between')
          .describe('Names of apps with commas between, 100 at most'),
        history: Flag.default(false).describe('Also the CPU over the last quarter of an hour'),
      }),
    )
    .output(z.object({ items: z.array(AppUse) })),
}
