import { Argument, type Command } from 'commander'
import { parseApps } from '../app-file.ts'
import type { Cli } from '../session.ts'
import { withWait, type WaitOptions } from '../settle.ts'
import { applyApps } from './app-apply.ts'

interface SampleOptions extends WaitOptions {
  apply?: true
  yes?: boolean
}

export function addSampleCommands(program: Command, cli: Cli): void {
  withWait(
    program
      .command('sample')
      .description('print the specification of a sample application, or run it')
      .addArgument(new Argument('[name]', 'which one').choices(['shop']).default('shop'))
      .option('--apply', 'run it')
      .option('-y, --yes', 'do not ask'),
    'it runs',
  ).action(async (name: string, options: SampleOptions, command: Command) => {
    const session = await cli.open(command)
    const { yaml } = await session.client.system.sampleApp()
    if (options.apply) return applyApps(cli, session, { apps: parseApps(yaml, `sample ${name}`), options })
    session.out.result({ name, yaml }, () => session.out.line(yaml.trimEnd()))
  })
  program
    .command('schema')
    .description('print the JSON Schema of an app specification')
    .action(async (_options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const schema = await client.apps.schema()
      out.result(schema, () => out.line(JSON.stringify(schema, null, 2)))
    })
}
