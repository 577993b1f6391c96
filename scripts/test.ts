// `npm test`, and with --static `npm run check`. The last line of its output is the result.
import { mkdirSync } from 'node:fs'
import { installPackages } from './checks/machine.ts'
import { runStep } from './checks/run-step.ts'
import { REPORTS, staticSteps, testSteps, type Outcome } from './checks/step.ts'
import { summary, total } from './checks/summary.ts'

const strict = process.env.CI === 'true'
const staticOnly = process.argv.includes('--static')

mkdirSync(REPORTS, { recursive: true })
if (!staticOnly) installPackages()

const outcomes: Outcome[] = []
for (const step of staticOnly ? staticSteps : [...staticSteps, ...testSteps]) {
  const outcome = await runStep(step)
  outcomes.push(outcome)
  if (step.essential && outcome.count.failed > 0) break
}

console.log(summary(outcomes, strict))
process.exitCode = total(outcomes, strict).failed > 0 ? 1 : 0
