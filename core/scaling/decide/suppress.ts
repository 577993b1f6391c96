import type { MetricFault, Proposal, ScalingPolicy, ServiceAlarm, Suppression } from '../../contract/index.ts'
import type { ScalingInputs } from './situation.ts'

type Blocks = Suppression['blocks']

/** A metric that is wrong moves nothing; one that is only old or partly missing may not take capacity away either. */
const OF_METRIC: Record<MetricFault, Blocks> = {
  'collector-down': ['out', 'in'],
  stale: ['out', 'in'],
  missing: ['out', 'in'],
  impossible: ['out', 'in'],
  'flat-line': ['out', 'in'],
  contradiction: ['out', 'in'],
  'clock-skew': ['out', 'in'],
  'unit-jump': ['out', 'in'],
  'agent-restart': ['out', 'in'],
  outlier: ['in'],
}

/** A service in trouble keeps what it has. More callers of a saturated dependency make it worse. */
const OF_SERVICE: Record<ServiceAlarm, Blocks> = {
  'error-surge': ['in'],
  'latency-critical': ['in'],
  'dependency-down': ['in'],
  'dependency-saturated': ['out', 'in'],
  'health-checks-failing': ['in'],
  release: ['in'],
  maintenance: ['in'],
}

/** Faults for which no value is used however long they last: there is none, or it is known to be wrong. */
const NEVER_USABLE: ReadonlySet<MetricFault> = new Set(['collector-down', 'stale', 'missing', 'impossible', 'unit-jump'])

/** What is forbidden now, by what, and until when. An alarm older than the policy's maximum no longer forbids anything. */
export function suppressionsOf(inputs: ScalingInputs, policy: ScalingPolicy, now: number): Suppression[] {
  const lastsMs = policy.suppression.maxSeconds * 1000
  const found: Suppression[] = []
  for (const reading of inputs.readings) {
    for (const { fault, since } of reading.faults) {
      const until = NEVER_USABLE.has(fault) ? Math.max(since + lastsMs, now + policy.intervalSeconds * 1000) : since + lastsMs
      if (now < until) found.push({ alarm: fault, metric: reading.metric, blocks: OF_METRIC[fault], since, until })
    }
  }
  for (const { alarm, since } of inputs.alarms) {
    if (now < since + lastsMs) found.push({ alarm, metric: null, blocks: OF_SERVICE[alarm], since, until: since + lastsMs })
  }
  return found
}

export interface Allowed {
  proposals: Proposal[]
  /** Why nothing may shrink or grow; null where it may. */
  noIn: string | null
  noOut: string | null
}

/**
 * Takes from the proposals what is forbidden. A rule that looks at a wrong metric has nothing to say. Timed bounds and what
 * people set by hand do not depend on metrics and stay.
 */
export function suppress(
  proposals: readonly Proposal[],
  suppressions: readonly Suppression[],
  metrics: ReadonlyMap<string, string>,
): Allowed {
  const ofApp = suppressions.filter(({ metric }) => metric === null)
  const allowed = proposals.map((proposal) => {
    const metric = metrics.get(proposal.rule)
    const fault = suppressions.find((one) => one.metric !== null && one.metric === metric)
    if (!fault || proposal.kind === 'timed' || proposal.wanted === null) return proposal
    if (!fault.blocks.includes('out') && proposal.direction !== 'in') return proposal
    return { ...proposal, wanted: null, direction: 'none' as const, reason: `${fault.metric ?? ''} is not used: ${fault.alarm}` }
  })
  const wrong = suppressions.find(
    ({ metric, blocks }) => metric !== null && blocks.includes('in') && [...metrics.values()].includes(metric),
  )
  const blocksIn = ofApp.find(({ blocks }) => blocks.includes('in')) ?? wrong
  const blocksOut = ofApp.find(({ blocks }) => blocks.includes('out'))
  return {
    proposals: allowed,
    noIn: blocksIn ? `${blocksIn.metric ? `${blocksIn.metric}: ` : ''}${blocksIn.alarm}` : null,
    noOut: blocksOut ? blocksOut.alarm : null,
  }
}
