import type { Command } from 'commander'
import { time } from '../format.ts'
import { confirm, readSecret } from '../prompt.ts'
import type { Cli } from '../session.ts'

export function addSecretCommands(program: Command, cli: Cli): void {
  const group = program.command('secret').description('values that apps get, and nobody can read back')
  group
    .command('ls')
    .description('list secrets and the apps that use them')
    .action(async (_options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const { items } = await client.secrets.list()
      const rows = items.map((item) => [item.name, item.version, time(item.updatedAt), item.updatedBy, item.usedBy.join(' ')])
      out.result({ items }, () => out.table(['NAME', 'VERSION', 'CHANGED', 'BY', 'USED BY'], rows))
    })
  group
    .command('set')
    .description('set a secret; the value is read from standard input, one line end is dropped')
    .argument('<secret>', 'name of the secret')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const value = await readSecret(cli.terminal, `Value of ${name}: `)
      const secret = await client.secrets.set({ name, value })
      out.result(secret, () => out.line(`${secret.name} is set, version ${secret.version}; instances get it when they start`))
    })
  group
    .command('rm')
    .description('remove a secret that no app uses')
    .argument('<secret>', 'name of the secret')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: { yes?: boolean }, command: Command) => {
      const { client, out } = await cli.open(command)
      await confirm(cli.terminal, out, { question: `Remove the secret ${name}?`, yes: options.yes })
      const answer = await client.secrets.remove({ name })
      out.result(answer, () => out.line(`${name} is removed`))
    })
}
