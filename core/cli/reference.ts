import type { Command } from 'commander'
import { EXIT, EXIT_MEANING } from './exit-code.ts'

/** All commands, options and exit codes as one Markdown page; the page in docs/ is exactly this. */
export function reference(program: Command): string {
  return [
    '# Command line',
    '',
    '<!-- Written by "spacefort __reference"; edit the commands instead. -->',
    '',
    INTRODUCTION.trim(),
    '',
    '## Options of every command',
    '',
    ...optionList(program),
    '',
    '## Exit status',
    '',
    '| Status | Meaning |',
    '|---|---|',
    ...(Object.keys(EXIT) as (keyof typeof EXIT)[]).map((name) => `| ${EXIT[name]} | ${EXIT_MEANING[name]} |`),
    '',
    '`exec` passes on the exit status of the command it ran. A command stopped with Ctrl-C ends with 130.',
    '',
    '## Commands',
    '',
    ...program.commands.filter((child) => !child.name().startsWith('_')).flatMap((child) => section(child, '')),
  ].join('\n')
}

const INTRODUCTION = `
\`spacefort\` is the client of a running console, local or remote, and can be such a console itself (\`serve\`). From a
checkout it runs as \`npx spacefort …\`.

**Which server.** In this order: \`--url\` and \`--token\`; the variables \`SPACEFORT_URL\` and \`SPACEFORT_TOKEN\`; the server of the
last \`spacefort login\` (kept in \`~/.config/spacefort/config.json\`, readable by you only); the console that runs on this
machine with your data folder (\`~/.local/share/spacefort\`, or \`SPACEFORT_DATA\`). A remembered token is only ever sent to the
server it was made for. Prefer the variable or \`login\` to \`--token\`: arguments of a program can be seen by other users.

**For scripts.** With \`--json\` a command prints one JSON document on standard output; commands that stream (\`logs\`, \`events\`,
\`exec\`, \`top --watch\`) print one per line. Errors go to standard error, with \`--json\` as one JSON line
\`{"error":{"code","message","issues","hint","exitCode"}}\`. Questions are asked only at a terminal; elsewhere a command that
would ask ends with status 4 unless \`--yes\` is given. Changes carry an \`Idempotency-Key\`, so one that was lost on the way is
sent again without happening twice. Colour is left out where nobody sees it, and with \`--no-color\` or \`NO_COLOR\`.

**Own certificate authority.** Set \`NODE_EXTRA_CA_CERTS\` to its PEM file.
`

function section(command: Command, parent: string): string[] {
  const path = `${parent} ${command.name()}`.trim()
  if (command.commands.length > 0)
    return [`### ${path}`, '', sentence(command.description()), '', ...command.commands.flatMap((child) => section(child, path))]
  const values = command.registeredArguments.map((argument) => `- \`${argument.name()}\`: ${argument.description}`)
  const options = optionList(command)
  return [
    `#### \`spacefort ${path}${usage(command)}\``,
    '',
    sentence(command.description()),
    '',
    ...(values.length + options.length > 0 ? [...values, ...options, ''] : []),
  ]
}

function usage(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`
    return argument.required ? ` <${name}>` : ` [${name}]`
  })
  return words.join('')
}

function optionList(command: Command): string[] {
  const helper = command.createHelp()
  return helper
    .visibleOptions(command)
    .filter((option) => option.long !== '--help' || command.parent === null)
    .map((option) => `- \`${option.flags}\`: ${helper.optionDescription(option)}${option.mandatory ? ' (required)' : ''}`)
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
