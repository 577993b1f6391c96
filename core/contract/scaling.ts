import { z } from 'zod'
import { Name } from './names.ts'

/** What a policy can look at besides metrics that an app or a person defines. */
const MetricRef = z
  .string()
  .regex(/^[a-z][a-z0-9:_-]{0,99}$/, 'use a metric’s name, as in "requests", "cpu", "app:queue" or "derived:per-user"')
const seconds = (most = 86_400) => z.number().min(0).max(most)
const Count = z.int().min(0).max(100_000)

/** A day and time without a zone, as a person writes it: the rule's own zone says when that is. */
const LocalTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/, 'write a day and time without a zone, as in "2026-11-11T00:00"')
const LocalDay = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'write a day, as in "2026-10-01"')

const ruleBase = { name: Name, enabled: z.boolean().default(true) }

/** Keeps a metric at a target: as many instances as bring it there. */
const TargetRule = z.strictObject({
  ...ruleBase,
  kind: z.literal('target'),
  metric: MetricRef,
  target: z.number().positive().optional().describe('Wanted value for one instance; left out: the objective’s share of what one can serve'),
  tolerance: z.number().min(0).max(0.5).default(0.1).describe('No move while the value is within this share of the target'),
})

/** Moves by fixed amounts where a metric's mean over the instances lies beyond a bound. */
const StepRule = z.strictObject({
  ...ruleBase,
  kind: z.literal('step'),
  metric: MetricRef,
  steps: z
    .array(
      z.strictObject({
        above: z.number().optional(),
        below: z.number().optional(),
        add: z.int().min(-1000).max(1000).describe('Instances to add; negative to remove'),
      }),
    )
    .min(1)
    .max(20),
})

/** Orders for what the load will be when an instance ordered now can serve. */
const TrendRule = z.strictObject({
  ...ruleBase,
  kind: z.literal('trend'),
  metric: MetricRef.default('requests'),
  mode: z.enum(['act', 'observe']).default('act').describe('observe = forecasts are shown and judged, never followed'),
  confidence: z.number().min(0.5).max(0.999).default(0.94).describe('Share of moments in which the load may not exceed what was ordered'),
  weight: z
    .number()
    .min(0.1)
    .max(1000)
    .default(3)
    .describe(
      'A request beyond the objective weighs so many times the capacity that would have served it: more is ordered where that is cheap',
    ),
  leadSeconds: seconds(3600).optional().describe('Time until an ordered instance serves; left out: as measured'),
  seasons: z
    .array(z.enum(['30m', '1h', '1d', '1w']))
    .default(['30m', '1h', '1d'])
    .describe('Lengths of repetition it looks for; one is followed only while it beats none'),
})

/** Holds bounds at stated times of an IANA zone. */
const TimedRule = z.strictObject({
  ...ruleBase,
  kind: z.literal('timed'),
  zone: z.string().min(1).max(64).describe('IANA time zone, as in "Asia/Shanghai"'),
  when: z.union([
    z.strictObject({ from: LocalTime, to: LocalTime }),
    z.strictObject({ cron: z.string().min(9).max(100), forSeconds: seconds(14 * 86_400) }),
  ]),
  holidays: z
    .enum(['any', 'only', 'except'])
    .default('any')
    .describe('Whether a cron time counts on the policy’s holidays, nowhere else, or not on them'),
  min: Count.optional(),
  max: Count.optional(),
})

export const ScalingRule = z.discriminatedUnion('kind', [TargetRule, StepRule, TrendRule, TimedRule])
export type ScalingRule = z.output<typeof ScalingRule>

/** At most so much of a change within a period; both given: the larger allows. */
const RateLimit = z.strictObject({
  instances: Count.optional(),
  percent: z.number().min(0).max(10_000).optional(),
  periodSeconds: seconds().default(60),
})

const ScaleIn = z.strictObject({
  windowSeconds: seconds().default(300).describe('Scale-in goes to the highest number wanted within this window'),
  afterOutSeconds: seconds().default(600).describe('None so soon after a scale-out'),
  deadband: z
    .number()
    .min(0)
    .max(0.9)
    .default(0.15)
    .describe('Capacity kept beyond what was wanted, in full where the direction often changes'),
  deadbandReversals: z.number().min(0.1).max(1000).default(6).describe('Changes of direction a day from which the deadband counts in full'),
  keepSeconds: seconds(7200).default(600).describe('Capacity expected to be needed again within this time is kept'),
  rate: RateLimit.optional(),
})

/** An early scale-in soon after a scale-out: a reversal, therefore rationed. */
const Release = z.strictObject({
  share: z.number().min(0.05).max(1).default(0.4).describe('Only when at least this share of the capacity is not needed'),
  windowSeconds: seconds().default(30),
  perDay: z.number().min(0).max(1000).default(36),
  margin: z.number().min(0).max(2).default(0.2).describe('Capacity kept beyond what is wanted'),
})

/** How an app is scaled. Everything has a default, so an empty policy is a usable one. */
export const ScalingPolicy = z.strictObject({
  name: Name.default('default'),
  version: z.int().min(1).default(1),
  objective: z
    .strictObject({ utilisation: z.number().min(0.05).max(1).default(0.8) })
    .prefault({})
    .describe('An instance answers within the service level up to this share of what it can serve'),
  limits: z.strictObject({ min: Count.default(2), max: Count.default(100) }).prefault({}),
  rules: z
    .array(ScalingRule)
    .max(50)
    .default(() => DEFAULT_RULES.map((rule) => ScalingRule.parse(rule))),
  holidays: z.array(LocalDay).max(1000).default([]).describe('Days that timed rules may treat differently, in the rule’s zone'),
  intervalSeconds: z.number().min(1).max(300).default(5).describe('How often a decision is computed'),
  staleAfterIntervals: z.number().min(1).max(100).default(3),
  warmUpSeconds: seconds(3600).default(30).describe('So long a new instance is capacity, but not measured'),
  scaleOut: z.strictObject({ rate: RateLimit.optional() }).prefault({}),
  scaleIn: ScaleIn.prefault({}),
  release: Release.prefault({}),
  reversals: z
    .strictObject({ perHour: z.int().min(1).max(1000).default(6), withinSeconds: seconds().default(600) })
    .prefault({})
    .describe('More changes of direction than this double the hold and raise an alarm'),
  suppression: z.strictObject({ maxSeconds: seconds().default(1800) }).prefault({}),
  fallback: Count.optional().describe('Instances to have at least while nothing can be measured'),
})
export type ScalingPolicy = z.output<typeof ScalingPolicy>
export type ScalingPolicyInput = z.input<typeof ScalingPolicy>

/** What an app is scaled by unless somebody says otherwise: hold the objective now, and order ahead for what is coming. */
const DEFAULT_RULES: z.input<typeof ScalingRule>[] = [
  { name: 'load', kind: 'target', metric: 'requests' },
  { name: 'trend', kind: 'trend' },
]
