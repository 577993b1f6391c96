import { createWriteStream } from 'node:fs'
import { access, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { problemOf } from '../artifact.ts'
import { fileError } from '../documents.ts'
import { bytes } from '../format.ts'
import type { Output } from '../output.ts'
import { confirm } from '../prompt.ts'
import type { Cli } from '../session.ts'

interface BackupOptions {
  output?: string
  withKey?: true
  yes?: boolean
  data?: string
}

export function addBackupCommand(program: Command, cli: Cli): void {
  program
    .command('backup')
    .description('save everything a console knows, from one moment: databases and artifacts')
    .option('-o, --output <file>', 'where to; "-" for standard output (default: spacefort-<time>.tar)')
    .option('--with-key', 'with the key that opens the secrets; keep such a file as safe as the secrets')
    .option('--data <folder>', 'save this data folder, without a server')
    .option('-y, --yes', 'replace the file without asking')
    .action(async (options: BackupOptions, command: Command) => {
      const body = await openBackup(cli, command, options)
      if (options.output === '-') return pipeline(body, cli.terminal.stdout, { end: false })
      await save(cli, cli.output(command), { body, options })
    })
}

async function openBackup(cli: Cli, command: Command, options: BackupOptions): Promise<Readable> {
  if (options.data !== undefined && cli.local) return cli.local.backup(options.data, options.withKey === true)
  const session = await cli.open(command)
  const answer = await session.send(`/backup${options.withKey ? '?withKey=true' : ''}`)
  if (!answer.ok || !answer.body) throw await problemOf(answer)
  return Readable.fromWeb(answer.body)
}

async function save(cli: Cli, out: Output, { body, options }: { body: Readable; options: BackupOptions }): Promise<void> {
  const file = options.output ?? `spacefort-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.tar`
  const part = `${file}.part`
  try {
    const exists = await access(file).then(
      () => true,
      () => false,
    )
    if (exists) await confirm(cli.terminal, out, { question: `${file} exists. Replace it?`, yes: options.yes })
    // A file that is cut short must never pass for a backup.
    await pipeline(body, createWriteStream(part, { mode: 0o600, flush: true }))
    await rename(part, file)
  } catch (error) {
    body.destroy()
    await rm(part, { force: true })
    throw 'syscall' in (error as Error) ? fileError(file, error) : error
  }
  const { size } = await stat(file)
  out.result({ file, bytes: size, withKey: options.withKey === true }, () => {
    out.line(`${file}: ${bytes(size)}${options.withKey ? '' : ', without the key: keep the key file of the data folder elsewhere'}`)
  })
}
