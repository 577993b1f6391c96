import { Option, type Command } from 'commander'
import { readText } from '../documents.ts'
import { EXIT } from '../exit-code.ts'
import { CliError } from '../failure.ts'
import { count, status } from '../format.ts'
import type { Cli } from '../session.ts'

interface ImportOptions {
  file: string
  format?: 'csv' | 'yaml'
  dryRun?: true
}

export function addHostImportCommand(group: Command, cli: Cli): void {
  group
    .command('import')
    .description('add many hosts from CSV or YAML, with a report per line')
    .requiredOption('-f, --file <file>', 'file, "-" for standard input')
    .addOption(new Option('--format <format>', 'default: by the name of the file, else yaml').choices(['csv', 'yaml']))
    .option('--dry-run', 'only check')
    .action(async (options: ImportOptions, command: Command) => {
      const { client, out } = await cli.open(command)
      const text = await readText(cli.terminal, options.file)
      const format = options.format ?? (options.file.endsWith('.csv') ? 'csv' : 'yaml')
      const report = await client.hosts.importMany({ format, text, ...(options.dryRun ? { dryRun: true } : {}) })
      out.result(report, () => {
        const problems = (issues: { field: string; message: string }[]) =>
          issues.map((issue) => `${issue.field}: ${issue.message}`).join('; ')
        out.table(
          ['LINE', 'HOST', 'RESULT', 'PROBLEMS'],
          report.lines.map((line) => [line.line, line.name, status(line.status), problems(line.issues)]),
        )
        out.line(options.dryRun ? 'Nothing was added (dry run).' : `${count(report.added, 'host')} added.`)
      })
      const invalid = report.lines.filter((line) => line.status === 'invalid').length
      if (invalid > 0)
        throw new CliError(EXIT.badInput, `${count(invalid, 'line')} could not be used`, {
          hint: 'the report says why; mend them and import the file again',
        })
    })
}
