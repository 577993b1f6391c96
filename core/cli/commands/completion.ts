import { Argument, type Command } from 'commander'
import { bashScript, zshScript } from '../completion/bash-zsh.ts'
import { commandTree, NAME_KINDS, type CommandNode, type NameKind } from '../completion/command-tree.ts'
import { fishScript } from '../completion/fish.ts'
import { reference } from '../reference.ts'
import type { Cli, Session } from '../session.ts'

const SCRIPTS: Record<string, (root: CommandNode) => string> = { bash: bashScript, zsh: zshScript, fish: fishScript }
const PATIENCE_MS = 2000

export function addCompletionCommands(program: Command, cli: Cli): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(Object.keys(SCRIPTS)))
    .action((shell: string, _options: unknown, command: Command) => {
      const script = SCRIPTS[shell]?.(commandTree(program)) ?? ''
      const out = cli.output(command)
      out.result({ shell, script }, () => out.line(script.trimEnd()))
    })
  program
    .command('__complete', { hidden: true })
    .description('print the names that a word can be completed with')
    .addArgument(new Argument('<kind>').choices(NAME_KINDS))
    .action(async (kind: NameKind, _options: unknown, command: Command) => {
      // In the middle of somebody's typing, no answer is better than an error.
      const names = await cli
        .open(command)
        .then((session) => namesOf(session, kind))
        .catch(() => [])
      if (names.length > 0) cli.output(command).line(names.join('\n'))
    })
  program
    .command('__reference', { hidden: true })
    .description('print the reference of all commands as Markdown')
    .action((_options: unknown, command: Command) => cli.output(command).line(reference(program).trimEnd()))
}

async function namesOf({ client }: Session, kind: NameKind): Promise<string[]> {
  const options = { signal: AbortSignal.timeout(PATIENCE_MS) }
  const page = { limit: 1000 }
  switch (kind) {
    case 'app':
      return (await client.apps.list(page, options)).items.map((app) => app.name)
    case 'host':
      return (await client.hosts.list(page, options)).items.map((host) => host.name)
    case 'instance':
      return (await client.instances.list(page, options)).items.map((instance) => instance.id)
    case 'secret':
      return (await client.secrets.list(undefined, options)).items.map((secret) => secret.name)
    case 'user':
      return (await client.access.listUsers(undefined, options)).items.map((user) => user.name)
  }
}
