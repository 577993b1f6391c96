import { createWriteStream, existsSync } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { problemOf } from '../artifact.ts'
import { fileError } from '../documents.ts'
import { bytes } from '../format.ts'
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
      if (options.output === '-') return pipeline(await openBackup(cli, command, options), cli.terminal.stdout, { end: false })
      const out = cli.output(command)
      const file = options.output ?? `spacefort-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.tar`
      if (existsSync(file)) await confirm(cli.terminal, out, { question: `${file} exists. Replace it?`, yes: options.yes })
      const bytesSaved = await save(file, await openBackup(cli, command, options))
      out.result({ file, bytes: bytesSaved, withKey: options.withKey === true }, () => {
        out.line(
          `${file}: ${bytes(bytesSaved)}${options.withKey ? '' : ', without the key: keep the key file of the data folder elsewhere'}`,
        )
      })
    })
}

async function openBackup(cli: Cli, command: Command, options: BackupOptions): Promise<Readable> {
  if (options.data !== undefined && cli.local) return cli.local.backup(options.data, options.withKey === true)
  const session = await cli.open(command)
  const answer = await session.send(`/backup${options.withKey ? '?withKey=true' : ''}`)
  if (!answer.ok || !answer.body) throw await problemOf(answer)
  return Readable.fromWeb(answer.body)
}

/** Returns the size of the file, which is there completely or not at all. */
async function save(file: string, body: Readable): Promise<number> {
  const part = `${file}.part`
  try {
    await pipeline(body, createWriteStream(part, { mode: 0o600, flush: true }))
    await rename(part, file)
    return (await stat(file)).size
  } catch (error) {
    await rm(part, { force: true })
    throw error instanceof Error && 'syscall' in error ? fileError(file, error) : error
  }
}
