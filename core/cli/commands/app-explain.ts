import type { Command } from 'commander'
import { RuleName, type Explanation, type HostVerdict } from '../../contract/index.ts'
import type { Output } from '../output.ts'
import type { Cli } from '../session.ts'
import type { Cell } from '../table.ts'
import { printable } from '../terminal.ts'

export function addExplainCommand(group: Command, cli: Cli): void {
  group
    .command('explain')
    .description('say why instances are where they are, and why others wait')
    .argument('<app>', 'name of the app')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const explanation = await client.apps.explain({ name })
      out.result(explanation, () => printExplanation(out, explanation))
    })
}

/** Prints the sentence, the host × rule table, the words behind each refusal, and the score behind each instance. */
export function printExplanation(out: Output, explanation: Explanation): void {
  out.line(out.paint('bold', `${explanation.app}: ${explanation.wanted} wanted, ${explanation.waiting} waiting`))
  if (explanation.summary) out.line(printable(explanation.summary))
  for (const reason of explanation.reasons) out.line(`  ${reason.hosts} × ${printable(reason.text)}`)
  if (explanation.hosts.length > 0) printRules(out, explanation.hosts)
  if (explanation.instances.length > 0) printPlacements(out, explanation)
}

function printRules(out: Output, hosts: HostVerdict[]): void {
  const rules = RuleName.options.filter((rule) => hosts.some((host) => host.rules.some((result) => result.rule === rule)))
  out.line(`\n${out.paint('bold', 'One more instance, as things are now')}`)
  out.table(
    ['HOST', 'FITS', ...rules.map((rule) => rule.toUpperCase())],
    hosts.map((host) => [host.host, mark(host.feasible), ...rules.map((rule) => verdict(host, rule))]),
  )
  const refused = hosts.flatMap((host) => host.rules.filter((rule) => !rule.passes).map((rule) => [host.host, rule.rule, rule.text]))
  if (refused.length === 0) return
  out.line()
  out.table(['HOST', 'RULE', 'WHY NOT'], refused)
}

function verdict(host: HostVerdict, rule: string): Cell {
  const results = host.rules.filter((result) => result.rule === rule)
  return results.length === 0 ? '-' : mark(results.every((result) => result.passes))
}

function mark(passes: boolean): Cell {
  return passes ? { text: 'yes', colour: 'green' } : { text: 'no', colour: 'red' }
}

function printPlacements(out: Output, explanation: Explanation): void {
  out.line(`\n${out.paint('bold', 'Why each instance is there')}`)
  out.table(
    ['INSTANCE', 'HOST', 'FEASIBLE', 'SCORE', 'PARTS', 'NEXT BEST'],
    explanation.instances.map(({ id, host, placement }) => [
      id,
      host,
      placement ? `${placement.feasible} of ${placement.considered}` : '-',
      placement ? rounded(placement.score) : '-',
      placement
        ? Object.entries(placement.scores)
            .map(([part, score]) => `${part} ${rounded(score)}`)
            .join(', ')
        : 'adopted, not placed',
      placement?.runnersUp.map((runner) => `${runner.host} ${rounded(runner.score)}`).join(', '),
    ]),
  )
}

function rounded(score: number): string {
  return String(Number(score.toFixed(3)))
}
