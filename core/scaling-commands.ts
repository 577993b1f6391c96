import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { CliError, EXIT, issuesOf, readDocuments, wholeNumber, type Cli } from './cli/index.ts'
import { ScalingPolicy, type ReplayStep, type ReplayTotals } from './contract/index.ts'

interface ReplayFlags {
  policy?: string
  load: string
  capacity: number
  startDelay: number
  min?: number
  max?: number
  peak?: number
  bin?: number
  value?: 'count' | 'rate'
  every?: number
}

const numberAbove = (least: number) => (text: string) => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < least)
    throw new CliError(EXIT.usage, `"${text}" is no number from ${least} up`)
  return value
}

/** Adds what can be done with scaling policies on this machine alone. */
export function addScalingCommands(program: Command, cli: Cli): void {
  program
    .command('scaling')
    .description('scaling policies')
    .command('replay')
    .description('play a recorded load against a policy, with the code that decides for real; needs no server')
    .requiredOption('--load <file>', 'CSV of time and value; an empty value is a gap')
    .requiredOption('--capacity <rps>', 'requests per second that one instance can serve', numberAbove(Number.MIN_VALUE))
    .option('--policy <file>', 'the policy, YAML or JSON (default: the policy of apps that have none)')
    .option('--start-delay <seconds>', 'time from the order of an instance until it serves', numberAbove(0), 60)
    .option('--min <number>', 'smallest number of instances, instead of the policy’s', wholeNumber(0, 100_000))
    .option('--max <number>', 'largest number of instances, instead of the policy’s', wholeNumber(0, 100_000))
    .option('--value <kind>', 'what a value is: "count" of its bin, or "rate" a second (default: told by the heading, else count)')
    .option('--bin <seconds>', 'width of a bin, where the file has no times', numberAbove(Number.MIN_VALUE))
    .option('--peak <rps>', 'make the highest rate this many requests per second', numberAbove(0))
    .option('--every <seconds>', 'print a step this often only (default: every step)', numberAbove(0))
    .action(async (flags: ReplayFlags, command: Command) => {
      const { steps, ...result } = await runReplay(flags, cli)
      const out = cli.output(command)
      out.result({ ...result, steps }, () => {
        const changes = steps.filter(({ decision }) => decision !== 'none')
        out.table(
          ['TIME', 'LOAD', 'READY', 'ORDERED', 'DECISION', 'REASON'],
          changes
            .slice(-SHOWN)
            .map((step) => [
              new Date(step.at).toISOString(),
              step.load === null ? 'gap' : step.load.toFixed(1),
              String(step.ready),
              String(step.ordered),
              step.decision,
              step.reason,
            ]),
        )
        if (changes.length > SHOWN) out.note(`the last ${SHOWN} of ${changes.length} changes; --json prints every step`)
        for (const line of describe(result.totals)) out.line(line)
      })
    })
}

const SHOWN = 40

async function runReplay(flags: ReplayFlags, cli: Cli) {
  const policy = await readPolicy(flags, cli)
  if (flags.value !== undefined && flags.value !== 'count' && (flags.value as string) !== 'rate')
    throw new CliError(EXIT.usage, `--value is "count" or "rate", not "${flags.value as string}"`)
  const { lintPolicy, parseLoadCsv, replay, scaleToPeak, toSteps } = await import('./scaling/index.ts')
  const { errors, warnings } = lintPolicy(policy)
  if (errors.length > 0) throw new CliError(EXIT.badInput, 'the policy contradicts itself', { issues: errors })
  const text = await readFile(flags.load, 'utf8').catch((cause: unknown) => {
    throw new CliError(EXIT.notFound, `${flags.load}: cannot be read`, { cause })
  })
  const bins = parseLoadCsv(text, { value: flags.value, binSeconds: flags.bin })
  const load = toSteps(
    { ...bins, rates: flags.peak === undefined ? bins.rates : scaleToPeak(bins.rates, flags.peak) },
    policy.intervalSeconds,
  )
  const steps: ReplayStep[] = []
  const everyMs = (flags.every ?? 0) * 1000
  let shownAt = -Infinity
  const totals = replay({
    policy,
    load,
    capacity: flags.capacity,
    startDelaySeconds: flags.startDelay,
    onStep: (step) => {
      if (step.at - shownAt < everyMs && step.decision === 'none') return
      shownAt = step.at
      steps.push(step)
    },
  })
  return {
    policy: { name: policy.name, version: policy.version },
    load: {
      file: flags.load,
      startMs: bins.startMs,
      bins: bins.rates.length,
      binSeconds: bins.binSeconds,
      gaps: bins.gaps,
      value: bins.value,
    },
    capacity: flags.capacity,
    startDelaySeconds: flags.startDelay,
    stepSeconds: policy.intervalSeconds,
    min: policy.limits.min,
    max: policy.limits.max,
    warnings,
    totals,
    steps,
  }
}

async function readPolicy(flags: ReplayFlags, { terminal }: Cli): Promise<ScalingPolicy> {
  const [document, ...others] =
    flags.policy === undefined ? [{ value: {}, origin: 'the default policy' }] : await readDocuments(terminal, flags.policy)
  if (!document || others.length > 0)
    throw new CliError(EXIT.badInput, `${flags.policy ?? ''} holds ${others.length + 1} policies; give one`)
  const parsed = ScalingPolicy.safeParse(document.value)
  if (!parsed.success) throw new CliError(EXIT.badInput, `${document.origin} is not a scaling policy`, { issues: issuesOf(parsed.error) })
  const { min, max } = flags
  return { ...parsed.data, limits: { min: min ?? parsed.data.limits.min, max: max ?? parsed.data.limits.max } }
}

function describe(totals: ReplayTotals): string[] {
  const percent = (value: number) => `${value.toFixed(3)} %`
  return [
    `over the objective  ${percent(totals.violatingPercent)} of requests, at most ${totals.longestViolationSeconds} s in a row`,
    `dropped             ${percent(totals.droppedPercent)} of requests`,
    `instance-hours      ${totals.instanceHours.toFixed(1)}, ${totals.costOverOracle.toFixed(2)} times those of perfect foresight`,
    `changes             ${totals.moves}, ${totals.reversals} of direction within ten minutes (${totals.reversalsPerDay.toFixed(1)} a day)`,
  ]
}
