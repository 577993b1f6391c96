import { Option, type Command } from 'commander'
import { Role } from '../../contract/index.ts'
import { EXIT } from '../exit-code.ts'
import { CliError } from '../failure.ts'
import { time } from '../format.ts'
import { confirm, readSecret } from '../prompt.ts'
import type { Cli } from '../session.ts'

export function addUserCommands(program: Command, cli: Cli): void {
  const group = program.command('user').description('who may sign in')
  group
    .command('ls')
    .description('list users')
    .action(async (_options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const { items } = await client.access.listUsers()
      const rows = items.map((user) => [user.name, user.role, time(user.createdAt), time(user.lastSeenAt)])
      out.result({ items }, () => out.table(['NAME', 'ROLE', 'CREATED', 'LAST SEEN'], rows))
    })
  group
    .command('add')
    .description('add a user; the password is read from standard input')
    .argument('<user>', 'name of the user')
    .addOption(roleOption().default('viewer' satisfies Role))
    .action(async (name: string, options: { role: Role }, command: Command) => {
      const { client, out } = await cli.open(command)
      const password = await readSecret(cli.terminal, `Password of ${name}: `)
      const user = await client.access.addUser({ name, role: options.role, password })
      out.result(user, () => out.line(`${user.name} is added as ${user.role}`))
    })
  addSet(group, cli)
  group
    .command('rm')
    .description('remove a user with all sessions and tokens')
    .argument('<user>', 'name of the user')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: { yes?: boolean }, command: Command) => {
      const { client, out } = await cli.open(command)
      await confirm(cli.terminal, out, { question: `Remove ${name} with all sessions and tokens?`, yes: options.yes })
      const answer = await client.access.removeUser({ name })
      out.result(answer, () => out.line(`${name} is removed`))
    })
}

export function roleOption(): Option {
  return new Option('--role <role>', 'what the holder may do').choices(Role.options)
}

function addSet(group: Command, cli: Cli): void {
  group
    .command('set')
    .description('change a role or a password')
    .argument('<user>', 'name of the user')
    .addOption(roleOption())
    .option('--password', 'read a new password from standard input')
    .action(async (name: string, options: { role?: Role; password?: true }, command: Command) => {
      if (!options.role && !options.password) throw new CliError(EXIT.usage, 'nothing to change', { hint: 'give --role or --password' })
      const { client, out } = await cli.open(command)
      const password = options.password ? await readSecret(cli.terminal, `New password of ${name}: `) : undefined
      const user = await client.access.updateUser({
        name,
        ...(options.role ? { role: options.role } : {}),
        ...(password ? { password } : {}),
      })
      out.result(user, () => out.line(`${user.name} is changed, role ${user.role}`))
    })
}
