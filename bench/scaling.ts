// How well the default policy follows load, beside Kubernetes' autoscaler: `npm run -s bench:scaling -- --data DIR`.
import { ScalingPolicy, type ReplayTotals, type ScalingPolicyInput } from '../core/contract/index.ts'
import { replay } from '../core/scaling/index.ts'
import { dataDir } from './data-dir.ts'
import { printReport, progress, round, type Result } from './report.ts'
import { atCost, hpaFrontier, replayHpa } from './scaling/hpa.ts'
import { measureSilence } from './scaling/silence.ts'
import { flashSale, syntheticTraces } from './scaling/synthetic.ts'
import { recordedTraces, STEP_SECONDS, type Trace } from './scaling/traces.ts'

const CAPACITY = 100
const START_DELAYS = [5, 60, 120]
const policy = ScalingPolicy.parse({})
const { min, max } = policy.limits
const { utilisation } = policy.objective

const METRICS: [name: string, unit: string, value: (totals: ReplayTotals) => number][] = [
  ['violatingPercent', '%', (totals) => totals.violatingPercent],
  ['droppedPercent', '%', (totals) => totals.droppedPercent],
  ['costOverOracle', '1', (totals) => totals.costOverOracle],
  ['instanceHours', 'h', (totals) => totals.instanceHours],
  ['longestViolationSeconds', 's', (totals) => totals.longestViolationSeconds],
  ['reversalsPerDay', '1/day', (totals) => totals.reversalsPerDay],
  ['thetaU', '%', (totals) => totals.elasticity.thetaU],
  ['thetaO', '%', (totals) => totals.elasticity.thetaO],
  ['tauU', '%', (totals) => totals.elasticity.tauU],
  ['tauO', '%', (totals) => totals.elasticity.tauO],
  ['instability', '%', (totals) => totals.elasticity.instability],
  ['jitter', '1/step', (totals) => totals.elasticity.jitter],
  ['elasticityDeviation', '%', (totals) => totals.elasticity.deviation],
]

const results: Result[] = []

function measure(trace: Trace, startDelaySeconds: number): void {
  const { totals, seconds } = ours(trace, startDelaySeconds, policy)
  const shared = {
    rates: trace.rates,
    stepSeconds: STEP_SECONDS,
    capacity: CAPACITY,
    utilisation,
    startDelaySeconds,
    min,
    max,
    ...stepsOf(trace),
  }
  const cpu80 = replayHpa({ ...shared, target: 0.8, metric: 'cpu' })
  const frontier = hpaFrontier(shared)
  const name = `${trace.name}@${startDelaySeconds}`
  for (const [metric, unit, value] of METRICS) {
    const own = value(totals)
    add({ case: name, metric, value: own, unit, peer: 'hpa-cpu80', peerValue: value(cpu80) })
    add({ case: name, metric, value: own, unit, peer: 'hpa-frontier', peerValue: atCost(frontier, totals.costOverOracle, value) })
  }
  results.push({ case: name, metric: 'replaySeconds', value: round(seconds, 2), unit: 's' })
  const same = atCost(frontier, totals.costOverOracle, (one) => one.violatingPercent)
  progress(
    `${name.padEnd(34)} over ${totals.violatingPercent.toFixed(3)} % (frontier ${same.toFixed(3)}), cost ${totals.costOverOracle.toFixed(2)}, ` +
      `longest ${totals.longestViolationSeconds} s, ${totals.reversalsPerDay.toFixed(1)} reversals a day, ${seconds.toFixed(1)} s`,
  )
}

function ours(trace: Trace, startDelaySeconds: number, chosen: ScalingPolicy): { totals: ReplayTotals; seconds: number } {
  const began = performance.now()
  const load = { startMs: 0, stepSeconds: STEP_SECONDS, rates: trace.rates }
  const totals = replay({
    policy: chosen,
    load,
    capacity: CAPACITY,
    startDelaySeconds,
    ...(trace.counted ? { counted: trace.counted } : {}),
  })
  return { totals, seconds: (performance.now() - began) / 1000 }
}

function stepsOf({ counted }: Trace): { counted?: { from: number; to: number } } {
  const stepMs = STEP_SECONDS * 1000
  return counted ? { counted: { from: counted.fromMs / stepMs, to: counted.toMs / stepMs } } : {}
}

function add(result: Result): void {
  const value = round(result.value, 4)
  const peerValue = round(result.peerValue ?? 0, 4)
  results.push({ ...result, value, peerValue, ...(peerValue > 0 ? { ratio: round(value / peerValue, 3) } : {}) })
}

/** A timed rule that has what a sale of a stated size needs ready five minutes before. */
function announced(saleAtMs: number, share: number): ScalingPolicy {
  const local = (ms: number) => new Date(ms).toISOString().slice(0, 19)
  const sale: NonNullable<ScalingPolicyInput['rules']>[number] = {
    name: 'sale',
    kind: 'timed',
    zone: 'UTC',
    when: { from: local(saleAtMs - 300_000), to: local(saleAtMs + 300_000) },
    min: Math.ceil((4000 * share) / (CAPACITY * utilisation)),
  }
  return ScalingPolicy.parse({ rules: [...policy.rules, sale] })
}

function measureSales(): void {
  const sale = flashSale()
  for (const startDelaySeconds of START_DELAYS) {
    measure(sale, startDelaySeconds)
    for (const [suffix, share] of [
      ['announced', 1],
      ['announced-70-percent', 0.7],
    ] as const) {
      const { totals } = ours(sale, startDelaySeconds, announced(sale.saleAtMs, share))
      const name = `flash-sale-${suffix}@${startDelaySeconds}`
      for (const [metric, unit, value] of METRICS) results.push({ case: name, metric, value: round(value(totals), 4), unit })
      progress(
        `${name.padEnd(34)} over ${totals.violatingPercent.toFixed(3)} %, dropped ${totals.droppedPercent.toFixed(3)} %, cost ${totals.costOverOracle.toFixed(2)}`,
      )
    }
  }
}

const dir = dataDir('recorded loads (loads/*.csv)')
const recorded = recordedTraces(dir)
for (const trace of recorded) for (const startDelaySeconds of START_DELAYS) measure(trace, startDelaySeconds)
measureSales()
for (const trace of syntheticTraces()) for (const startDelaySeconds of [60, 120]) measure(trace, startDelaySeconds)
results.push(
  ...measureSilence(dir, 'nasa-http-1995-07', { policy, as: 'outage' }),
  ...measureSilence(dir, 'twitter-stream-2021-08', { policy, as: 'gap' }),
)
printReport('scaling', results)
