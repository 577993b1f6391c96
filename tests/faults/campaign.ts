// `npm run faults`: breaks a real console with real hosts on purpose, and has programs that know nothing of its store look
// whether anything was lost. JSON on standard output; progress and a table on standard error.
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { labMissing } from '../../lab/index.ts'
import { seededRandom } from '../support/random.ts'
import { table, type Outcome } from './report.ts'
import { Rig } from './rig.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios/index.ts'

const DEFAULT_ROUNDS = 200
const say = (text: string) => void process.stderr.write(`${text}\n`)

async function runOne(scenario: Scenario, { seed, rounds }: { seed: number; rounds: number }): Promise<Outcome> {
  say(`— ${scenario.name}: ${scenario.title}`)
  const startedAt = performance.now()
  const seconds = () => Math.round((performance.now() - startedAt) / 100) / 10
  try {
    const figures = await scenario.run({ random: seededRandom(seed), rounds, say: (text) => say(`  ${text}`) })
    if ('skipped' in figures)
      return { scenario: scenario.name, result: 'skipped', seconds: seconds(), why: [String(figures.skipped)], figures: {} }
    return { scenario: scenario.name, result: 'survived', seconds: seconds(), why: [], figures }
  } catch (error) {
    const why = error instanceof Error ? (process.env.FAULTS_TRACE ? (error.stack ?? error.message) : error.message) : String(error)
    return { scenario: scenario.name, result: 'FAILED', seconds: seconds(), why: why.split('\n'), figures: {} }
  }
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    say('Taking down the lab.')
    void Rig.downAll().finally(() => process.exit(130))
  })
const { values } = parseArgs({
  options: { rounds: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string', multiple: true } },
})
const missing = labMissing()
if (missing.length > 0) {
  say(missing.join('\n'))
  process.exit(1)
}
const seed = Number(values.seed ?? Date.now() % 1_000_000)
const rounds = Number(values.rounds ?? DEFAULT_ROUNDS)
const names = scenarios.map(({ name }) => name)
const unknown = (values.only ?? []).filter((name) => !names.includes(name))
if (unknown.length > 0 || !Number.isInteger(seed) || !Number.isInteger(rounds) || rounds < 1) {
  say(
    unknown.length > 0
      ? `There is no scenario "${unknown.join('", "')}". Scenarios: ${names.join(', ')}`
      : 'Give --rounds and --seed as whole numbers.',
  )
  process.exit(2)
}
const chosen = scenarios.filter(({ name }) => values.only?.includes(name) ?? true)
say(`seed ${seed}, ${rounds} kills, ${chosen.length} scenarios`)
const outcomes: Outcome[] = []
for (const scenario of chosen) {
  const outcome = await runOne(scenario, { seed, rounds })
  outcomes.push(outcome)
  say(
    `  ${outcome.result} in ${outcome.seconds} s ${JSON.stringify(outcome.figures)}${outcome.why.map((line) => `\n    ${line}`).join('')}`,
  )
}
say(`\n${table(outcomes)}`)
const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`
process.stdout.write(`${JSON.stringify({ faults: chosen.length, at: new Date().toISOString(), machine, seed, rounds, outcomes })}\n`)
process.exit(outcomes.some(({ result }) => result === 'FAILED') ? 1 : 0)
