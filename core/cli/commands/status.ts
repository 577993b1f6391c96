import type { Command } from 'commander'
import type { Check, Overview } from '../../contract/index.ts'
import { printDetails } from '../details.ts'
import { EXIT } from '../exit-code.ts'
import { CliError } from '../failure.ts'
import { age, bytes, cores, status } from '../format.ts'
import type { Output } from '../output.ts'
import type { Cli } from '../session.ts'

export function addStatusCommands(program: Command, cli: Cli): void {
  program
    .command('status')
    .description('the whole pool at a glance')
    .action(async (_options: unknown, command: Command) => {
      const { client, out, server } = await cli.open(command)
      const overview = await client.system.overview()
      out.result({ url: server.url, ...overview }, () => printOverview(out, server.url, overview))
    })
  program
    .command('doctor')
    .description('check the console itself: store, event chain, hosts, clock, disk')
    .option('--data <folder>', 'check this data folder, while no server uses it')
    .action(async (options: { data?: string }, command: Command) => {
      const report =
        options.data !== undefined && cli.local
          ? await cli.local.doctor(options.data)
          : await (await cli.open(command)).client.system.doctor()
      reportChecks(cli.output(command), report)
    })
}

/** Prints checks and ends as failed when one of them failed. */
function reportChecks(out: Output, report: { ok: boolean; checks: Check[] }): void {
  out.result(report, () => {
    out.table(
      ['CHECK', 'RESULT', 'DETAIL'],
      report.checks.map((check) => [check.name, status(check.status), check.hint ? `${check.detail} - ${check.hint}` : check.detail]),
    )
  })
  if (!report.ok) throw new CliError(EXIT.failure, `${report.checks.filter((check) => check.status === 'failed').length} checks failed`)
}

function printOverview(out: Output, url: string, overview: Overview): void {
  const { hosts, apps, instances, capacity, reserved, used, brake } = overview
  const others = (counts: Record<string, number>) =>
    Object.entries(counts)
      .filter(([name, amount]) => amount > 0 && name !== 'total')
      .map(([name, amount]) => `${amount} ${name}`)
      .join(', ')
  printDetails(out, {
    server: `${url}, version ${overview.version}, up ${age(overview.startedAt, overview.now)}`,
    hosts: `${hosts.total} (${others(hosts) || 'none'})`,
    apps: `${apps.total} (${others(apps) || 'none'})`,
    instances: `${instances.wanted} wanted (${others({ ...instances, wanted: 0 }) || 'none running'})`,
    cpu: `${cores(capacity.cpuMillis)} cores, ${cores(reserved.cpuMillis)} reserved, ${cores(used.cpuMillis)} used`,
    memory: `${bytes(capacity.memoryBytes)}, ${bytes(reserved.memoryBytes)} reserved, ${bytes(used.memoryBytes)} used`,
    ...(brake.on ? { brake: brake.reason } : {}),
  })
}
