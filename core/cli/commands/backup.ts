import { createWriteStream } from 'node:fs'
import { access, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { problemOf } from '../artifact.ts'
import { fileError } from '../documents.ts'
import { bytes } from '../format.ts'
import { confirm } from '../prompt.ts'
import type { Cli, Session } from '../session.ts'

interface BackupOptions {
  output?: string
  withKey?: true
  yes?: boolean
}

export function addBackupCommand(program: Command, cli: Cli): void {
  program
    .command('backup')
    .description('save the state of a running console: databases, artifacts, versions')
    .option('-o, --output <file>', 'where to; "-" for standard output (default: spacefort-<time>.tar)')
    .option('--with-key', 'with the key that opens the secrets; keep such a file as safe as the secrets')
    .option('-y, --yes', 'replace the file without asking')
    .action(async (options: BackupOptions, command: Command) => {
      const session = await cli.open(command)
      const answer = await session.send(`/backup${options.withKey ? '?withKey=true' : ''}`)
      if (!answer.ok || !answer.body) throw await problemOf(answer)
      const body = Readable.fromWeb(answer.body)
      if (options.output === '-') return pipeline(body, cli.terminal.stdout, { end: false })
      await save(cli, session, { body, options })
    })
}

async function save(cli: Cli, { out }: Session, { body, options }: { body: Readable; options: BackupOptions }): Promise<void> {
  const file = options.output ?? `spacefort-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.tar`
  const exists = await access(file).then(
    () => true,
    () => false,
  )
  if (exists) await confirm(cli.terminal, out, { question: `${file} exists. Replace it?`, yes: options.yes })
  const part = `${file}.part`
  try {
    // A file that is cut short must never pass for a backup.
    await pipeline(body, createWriteStream(part, { mode: 0o600 }))
    await rename(part, file)
  } catch (error) {
    await rm(part, { force: true })
    throw fileError(file, error)
  }
  const { size } = await stat(file)
  out.result({ file, bytes: size, withKey: options.withKey === true }, () => {
    out.line(`${file}: ${bytes(size)}${options.withKey ? '' : ', without the key: keep the key file of the data folder elsewhere'}`)
  })
}
