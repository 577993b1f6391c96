import { join } from 'node:path'
import { Argument, type Command } from 'commander'
import { readText } from '../documents.ts'
import { programFolder } from '../program-folder.ts'
import type { Cli } from '../session.ts'
import { withWait, type WaitOptions } from '../settle.ts'
import { applyFile } from './app-apply.ts'

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
    const file = join(programFolder(), 'resources', 'samples', name, `${name}.yaml`)
    if (options.apply) return applyFile(cli, command, { ...options, file })
    const text = await readText(cli.terminal, file)
    const out = cli.output(command)
    out.result({ name, file, yaml: text }, () => out.line(text.trimEnd()))
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
