import { z } from 'zod'
import { Instant } from './names.ts'

/** The stages a decision passes through, in this order. */
export const SCALING_STAGES = ['proposals', 'suppression', 'fusion', 'stabilisation', 'rate', 'limits', 'quota'] as const
export const ScalingStage = z.enum(SCALING_STAGES)
export type ScalingStage = z.output<typeof ScalingStage>

/** What can be wrong with a metric: it is not used while one of these holds. */
export const MetricFault = z.enum([
  'collector-down',
  'stale',
  'missing',
  'impossible',
  'flat-line',
  'contradiction',
  'clock-skew',
  'outlier',
  'unit-jump',
  'agent-restart',
])
export type MetricFault = z.output<typeof MetricFault>

/** States of an app in which a move may be wrong. */
export const ServiceAlarm = z.enum([
  'error-surge',
  'latency-critical',
  'dependency-down',
  'dependency-saturated',
  'health-checks-failing',
  'release',
  'maintenance',
])
export type ServiceAlarm = z.output<typeof ServiceAlarm>

export const Direction = z.enum(['out', 'in', 'none'])
export type Direction = z.output<typeof Direction>

/** What one rule wants; `wanted` is null where it has nothing to say. */
export const Proposal = z.object({
  rule: z.string(),
  kind: z.enum(['target', 'step', 'trend', 'timed', 'fallback']),
  direction: Direction,
  wanted: z.int().nullable(),
  min: z.int().nullable(),
  max: z.int().nullable(),
  reason: z.string(),
})
export type Proposal = z.output<typeof Proposal>

export const Suppression = z.object({
  alarm: z.union([MetricFault, ServiceAlarm]),
  metric: z.string().nullable().describe('null = concerns the app as a whole'),
  blocks: z.array(z.enum(['out', 'in'])),
  since: Instant,
  until: Instant.describe('After this time it no longer suppresses, whatever is wrong'),
})
export type Suppression = z.output<typeof Suppression>

/** One decision with everything that led to it; also when nothing changes. */
export const ScalingDecision = z.object({
  at: Instant,
  policyVersion: z.int(),
  current: z.int().describe('Instances ordered before: ready, starting and waiting ones'),
  wanted: z.int(),
  direction: Direction,
  reason: z.string(),
  won: z.string().nullable().describe('The rule whose proposal decided'),
  proposals: z.array(Proposal),
  suppressions: z.array(Suppression),
  stages: z.record(ScalingStage, z.int()).describe('The wanted number after each stage'),
  alarms: z.array(z.string()),
  admissionLimit: z.number().nullable().describe('Requests per second above which the balancer should refuse; null = none'),
})
export type ScalingDecision = z.output<typeof ScalingDecision>

/** SPEC's elasticity metrics, in percent of time or of demand; `deviation` is their Minkowski norm with exponent 3. */
export const Elasticity = z.object({
  thetaU: z.number().describe('Missing instances, as a share of those needed'),
  thetaO: z.number().describe('Instances too many, as a share of those needed'),
  tauU: z.number().describe('Share of time with too few'),
  tauO: z.number().describe('Share of time with too many'),
  instability: z.number().describe('Share of steps in which supply and demand did not move the same way'),
  jitter: z.number().describe('Changes of supply less changes of demand, per step'),
  deviation: z.number(),
})

export const ReplayTotals = z.object({
  seconds: z.number().describe('Recorded time; gaps are not counted anywhere'),
  requests: z.number(),
  violatingPercent: z.number().describe('Requests that arrived while fewer instances served than the objective needs'),
  droppedPercent: z.number().describe('Requests beyond all that the serving instances can take'),
  instanceHours: z.number().describe('From order to end'),
  oracleInstanceHours: z.number().describe('With perfect foresight: what is needed, ordered one start delay ahead'),
  costOverOracle: z.number(),
  longestViolationSeconds: z.number(),
  moves: z.int(),
  reversals: z.int().describe('Changes of direction within ten minutes'),
  reversalsPerDay: z.number(),
  elasticity: Elasticity,
})
export type ReplayTotals = z.output<typeof ReplayTotals>

/** One step of a replay: what came, what served, and what was decided at its beginning. */
export const ReplayStep = z.object({
  at: Instant,
  load: z.number().nullable().describe('Requests per second; null in a gap'),
  ready: z.int(),
  ordered: z.int().describe('Ready and starting ones, after the decision'),
  decision: Direction,
  reason: z.string(),
})
export type ReplayStep = z.output<typeof ReplayStep>
