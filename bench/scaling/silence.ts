import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseLoadCsv, replay, scaleToPeak, toSteps } from '../../core/scaling/index.ts'
import type { ReplayStep, ScalingPolicy } from '../../core/contract/index.ts'
import { firstOf } from '../data-dir.ts'
import type { Result } from '../report.ts'
import { PEAK, STEP_SECONDS } from './traces.ts'

const LEAST_SECONDS = 900

/**
 * What the policy does while a recorded load is silent for over a quarter of an hour: how many instances it lets go at most
 * within the first half hour of a silence. Zeros are taken as measured in `outage`, as not measured in `gap`.
 */
export function measureSilence(dir: string, file: string, { policy, as }: { policy: ScalingPolicy; as: 'outage' | 'gap' }): Result[] {
  const folder = firstOf(dir, ['loads', '.']) ?? dir
  const name = readdirSync(folder).find((one) => one.startsWith(file))
  if (name === undefined) return []
  const bins = parseLoadCsv(readFileSync(join(folder, name), 'utf8'))
  const silent = bins.rates.map((rate) => (as === 'gap' && rate === 0 ? Number.NaN : rate))
  const load = toSteps({ ...bins, rates: scaleToPeak(silent, PEAK) }, STEP_SECONDS)
  const steps: Pick<ReplayStep, 'load' | 'ordered'>[] = []
  replay({ policy, load, capacity: 100, startDelaySeconds: 60, onStep: ({ load: rate, ordered }) => steps.push({ load: rate, ordered }) })
  let silences = 0
  let letGo = 0
  for (let index = 1; index < steps.length; index++) {
    if (!isSilent(steps[index]) || isSilent(steps[index - 1])) continue
    let end = index
    while (end < steps.length && isSilent(steps[end])) end++
    const lasts = (end - index) * STEP_SECONDS
    if (lasts >= LEAST_SECONDS) {
      silences++
      const before = steps[index]?.ordered ?? 0
      const looked = steps.slice(index, Math.min(end, index + 1800 / STEP_SECONDS))
      letGo = Math.max(letGo, ...looked.map(({ ordered }) => before - ordered))
    }
    index = end
  }
  return [
    { case: `${file}-${as}`, metric: 'silences', value: silences, unit: '1' },
    { case: `${file}-${as}`, metric: 'instancesLetGo', value: letGo, unit: '1' },
  ]
}

const isSilent = (step: Pick<ReplayStep, 'load'> | undefined) => step !== undefined && (step.load === null || step.load === 0)
