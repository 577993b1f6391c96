import { z } from 'zod'
import { Instant } from './names.ts'
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
}
