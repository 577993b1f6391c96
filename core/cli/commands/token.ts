import { Option, type Command } from 'commander'
import { Scope, type Role } from '../../contract/index.ts'
import { time } from '../format.ts'
import { confirm } from '../prompt.ts'
import type { Cli } from '../session.ts'
import { wholeNumber } from '../wait.ts'
import { roleOption } from './user.ts'

interface CreateOptions {
  role: Role
  scope?: Scope[]
  expires: number | 'never'
}

export function addTokenCommands(program: Command, cli: Cli): void {
  const group = program.command('token').description('sign-in for scripts and pipelines')
  const days = wholeNumber(1, 3650)
  group
    .command('create')
    .description('create a token; its value is shown once')
    .argument('<name>', 'what it is for')
    .addOption(roleOption().default('viewer' satisfies Role))
    .addOption(new Option('--scope <scope...>', 'what it may touch (default: everything its role may)').choices(Scope.options))
    .option('--expires <days>', 'days it is good for, or "never"', (text) => (text === 'never' ? text : days(text)), 365)
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const { client, out } = await cli.open(command)
      const token = await client.access.createToken({
        name,
        role: options.role,
        ...(options.scope ? { scopes: options.scope } : {}),
        expiresInDays: options.expires === 'never' ? null : options.expires,
      })
      out.note(`Token ${token.name} (${token.role}); it is shown only now:`)
      out.result(token, () => out.line(token.value))
    })
  group
    .command('ls')
    .description('list your tokens; administrators see all')
    .action(async (_options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const { items } = await client.access.listTokens()
      const rows = items.map((item) => [
        item.id,
        item.name,
        item.user,
        item.role,
        item.scopes.join(' '),
        time(item.expiresAt),
        time(item.lastUsedAt),
      ])
      out.result({ items }, () => out.table(['ID', 'NAME', 'USER', 'ROLE', 'SCOPES', 'EXPIRES', 'LAST USED'], rows))
    })
  group
    .command('rm')
    .description('revoke a token')
    .argument('<id>', 'id of the token, from "token ls"')
    .option('-y, --yes', 'do not ask')
    .action(async (id: string, options: { yes?: boolean }, command: Command) => {
      const { client, out } = await cli.open(command)
      await confirm(cli.terminal, out, { question: `Revoke the token ${id}?`, yes: options.yes })
      const answer = await client.access.revokeToken({ id })
      out.result(answer, () => out.line(`${id} is revoked`))
    })
}
