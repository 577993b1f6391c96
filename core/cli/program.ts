import { Command, CommanderError } from 'commander'
import { addAppCommands } from './commands/app.ts'
import { addBackupCommand } from './commands/backup.ts'
import { addCompletionCommands } from './commands/completion.ts'
import { addEventsCommand } from './commands/events.ts'
import { addHostCommands } from './commands/host.ts'
import { addLoginCommands } from './commands/login.ts'
import { addSampleCommands } from './commands/sample.ts'
import { addSecretCommands } from './commands/secret.ts'
import { addStatusCommands } from './commands/status.ts'
import { addTokenCommands } from './commands/token.ts'
import { addUserCommands } from './commands/user.ts'
import { EXIT, EXIT_MEANING } from './exit-code.ts'
import { ExitStatus, failureOf, type Failure } from './failure.ts'
import { painter, usesColour } from './paint.ts'
import { programVersion } from './program-folder.ts'
import { createCli, type Cli, type LocalCore } from './session.ts'
import { printable, type Terminal } from './terminal.ts'
import type { Fetch } from './transport.ts'

/** Adds commands that need more than a client, such as `serve`. */
export type Extension = (program: Command, cli: Cli) => void

export interface RunOptions {
  terminal: Terminal
  fetch?: Fetch
  local?: LocalCore
  extend?: Extension
}

/** All commands; they write to the terminal of `cli` and throw instead of ending the process. */
export function createProgram(cli: Cli, extend?: Extension): Command {
  const { stdout, stderr } = cli.terminal
  const program = new Command('spacefort')
    .description('runs a data centre as one computer')
    .version(programVersion(), '-V, --version', 'print the version')
    .option('--json', 'print JSON instead of text')
    .option('--url <url>', 'address of the server (SPACEFORT_URL)')
    .option('--token <token>', 'token to sign in with (SPACEFORT_TOKEN)')
    .option('--no-color', 'print without colour')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help of a command')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: () => undefined,
      getOutHasColors: () => usesColour(cli.terminal),
      getOutHelpWidth: () => stdout.columns ?? 100,
    })
    .addHelpText('after', () => `\nExit status:\n${exitCodes()}`)
  addAppCommands(program, cli)
  addHostCommands(program, cli)
  addEventsCommand(program, cli)
  addStatusCommands(program, cli)
  addSecretCommands(program, cli)
  addUserCommands(program, cli)
  addTokenCommands(program, cli)
  addLoginCommands(program, cli)
  addBackupCommand(program, cli)
  addSampleCommands(program, cli)
  extend?.(program, cli)
  addCompletionCommands(program, cli)
  return program
}

function exitCodes(): string {
  return (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((name) => `  ${EXIT[name]}  ${EXIT_MEANING[name]}`).join('\n')
}

/** Runs one command line (without the program's own name) and returns the exit status. Never throws, never prints a stack. */
export async function runCli(argv: string[], { terminal, extend, ...options }: RunOptions): Promise<number> {
  try {
    await createProgram(createCli(terminal, options), extend).parseAsync(argv, { from: 'user' })
    return EXIT.ok
  } catch (error) {
    if (error instanceof ExitStatus) return error.exitCode
    // Help and version also end by exception. A group without a command printed its help as an error.
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return EXIT.ok
    return report(terminal, argv, failureOf(error))
  }
}

function report(terminal: Terminal, argv: string[], failure: Failure): number {
  const own = argv.includes('--') ? argv.slice(0, argv.indexOf('--')) : argv
  if (own.includes('--json')) {
    terminal.stderr.write(`${JSON.stringify({ error: failure })}\n`)
    return failure.exitCode
  }
  const paint = painter(
    terminal.stderr.isTTY === true && !own.includes('--no-color') && usesColour({ ...terminal, stdout: terminal.stderr }),
  )
  const lines = [
    `${paint('red', 'error:')} ${printable(failure.message.replace(/\s*\n\s*/g, ' '))}`,
    ...failure.issues.map((issue) => `  ${paint('bold', printable(issue.field))}: ${printable(issue.message)}`),
    ...(failure.hint ? [`${paint('cyan', 'hint:')} ${printable(failure.hint)}`] : []),
  ]
  terminal.stderr.write(`${lines.join('\n')}\n`)
  return failure.exitCode
}
