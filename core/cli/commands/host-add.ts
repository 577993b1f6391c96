import type { Command } from 'commander'
import { HostInput, type Host, type TestResult } from '../../contract/index.ts'
import { readDocuments } from '../documents.ts'
import { EXIT } from '../exit-code.ts'
import { CliError, issuesOf } from '../failure.ts'
import { status } from '../format.ts'
import {
  connectionOf,
  placeOf,
  reserveOf,
  withConnectionFlags,
  withPlaceFlags,
  type ConnectionFlags,
  type PlaceFlags,
} from '../host-flags.ts'
import type { Output } from '../output.ts'
import { confirm } from '../prompt.ts'
import type { Cli, Session } from '../session.ts'

interface AddOptions extends ConnectionFlags, PlaceFlags {
  file?: string
  yes?: boolean
}

export function addHostAddCommand(group: Command, cli: Cli): void {
  const command = group
    .command('add')
    .description('test a connection step by step, then add the host')
    .argument('[name]', 'name of the new host; with -f, the file says it')
    .option('-f, --file <file>', 'YAML or JSON description; several hosts are divided by "---"')
    .option('-y, --yes', 'do not ask; the SSH host key that is shown first is trusted')
  withPlaceFlags(withConnectionFlags(command)).action(async (name: string | undefined, options: AddOptions, self: Command) => {
    const session = await cli.open(self)
    const inputs = options.file === undefined ? [await fromFlags(cli, name, options)] : await fromFile(cli, options.file)
    const added: Host[] = []
    for (const input of inputs) added.push(await addHost(cli, session, { input, yes: options.yes }))
    const [only] = added
    session.out.result(added.length === 1 ? only : { items: added }, () =>
      added.forEach((host) => session.out.line(`${host.name} is added`)),
    )
  })
}

async function fromFlags(cli: Cli, name: string | undefined, options: AddOptions): Promise<HostInput> {
  if (name === undefined) throw new CliError(EXIT.usage, 'say how the host shall be called, or describe it in a file with -f')
  return checked({ name, connection: await connectionOf(cli.terminal, options), ...placeOf(options), ...reserveOf(options) }, name)
}

async function fromFile(cli: Cli, path: string): Promise<HostInput[]> {
  return (await readDocuments(cli.terminal, path)).map(({ value, origin }) => checked(value, origin))
}

function checked(value: unknown, origin: string): HostInput {
  const parsed = HostInput.safeParse(value)
  if (parsed.success) return parsed.data
  throw new CliError(EXIT.badInput, `${origin} does not describe a host`, { issues: issuesOf(parsed.error) })
}

async function addHost(cli: Cli, { client, out }: Session, { input, yes }: { input: HostInput; yes: boolean | undefined }): Promise<Host> {
  out.note(out.paint('bold', `Testing ${input.name}`))
  const test = await client.hosts.test({ connection: input.connection })
  printSteps(out, test)
  if (!test.ok) throw failedTest(test, `${input.name} is not added: `)
  return client.hosts.add(await pinned(cli, out, { input, test, yes }))
}

type Offer = { input: HostInput; test: TestResult; yes: boolean | undefined }

/** The host with the key that the test saw, so that no other can be shown between the test and the first use. */
async function pinned(cli: Cli, out: Output, { input, test, yes }: Offer): Promise<HostInput> {
  if (!('ssh' in input.connection) || input.connection.ssh.hostKey || !test.hostKey) return input
  await confirm(cli.terminal, out, { question: `${input.name} shows the host key ${test.hostKey}. Is it the right one?`, yes })
  return { ...input, connection: { ...input.connection, ssh: { ...input.connection.ssh, hostKey: test.hostKey } } }
}

/** Prints the steps of a connection test on standard error, with what to do about a failure. */
export function printSteps(out: Output, test: TestResult): void {
  for (const step of test.steps) {
    const cell = status(step.status)
    const colour = typeof cell === 'object' ? cell?.colour : undefined
    out.note(`  ${step.step.padEnd(12)} ${out.paint(colour ?? 'gray', step.status.padEnd(7))} ${step.detail}`)
  }
}

export function failedTest(test: TestResult, prefix: string): CliError {
  const step = test.steps.find((candidate) => candidate.status === 'failed')
  return new CliError(
    EXIT.failure,
    `${prefix}step "${step?.step ?? 'unknown'}" failed: ${step?.detail ?? ''}`,
    step?.hint ? { hint: step.hint } : {},
  )
}
