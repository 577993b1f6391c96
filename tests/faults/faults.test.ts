import { describe, expect, it } from 'vitest'
import { labMissing } from '../../lab/index.ts'
import { seededRandom } from '../support/random.ts'
import { scenarios } from './scenarios/index.ts'

const missing = labMissing()
if (missing.length > 0) {
  if (process.env.CI === 'true') throw new Error(`the fault tests cannot run, and CI may not skip them: ${missing.join('; ')}`)
  console.warn(`\nSKIPPED, all fault tests: ${missing.join('; ')}\n`)
}

const KILLS = 6

// The quick ones of `npm run faults`, with few kills.
describe.skipIf(missing.length > 0)('faults, a few of the campaign', () => {
  it.each(['kill', 'two-cores', 'disk-full-database'])('%s', async (name) => {
    const scenario = scenarios.find((candidate) => candidate.name === name)!
    const figures = await scenario.run({ random: seededRandom(7), rounds: KILLS, say: () => undefined })
    expect(figures).not.toHaveProperty('skipped')
  })
})
