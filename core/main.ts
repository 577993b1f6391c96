import { runCli } from './cli/index.ts'
import { addLocalCommands, localCore } from './local-commands.ts'

for (const stream of [process.stdout, process.stderr]) {
  // A reader such as "head" that has seen enough is no failure.
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
}

process.exitCode = await runCli(process.argv.slice(2), { terminal: process, local: localCore, extend: addLocalCommands })
