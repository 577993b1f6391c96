import { Argument, type Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { failureOf } from '../failure.ts'
import { confirm } from '../prompt.ts'
import type { Cli } from '../session.ts'
import { progress, reportApp, withWait, type WaitOptions } from '../settle.ts'
import { printable } from '../terminal.ts'
import { waitFor, wholeNumber } from '../wait.ts'
import { changeLine } from './app-apply.ts'

const SIMPLE = {
  restart: ['replace every instance, a few at a time', 'all are replaced'],
  stop: ['stop all instances and keep the app', 'none runs'],
  start: ['run a stopped app again', 'it runs as wanted'],
} as const

export function addChangeCommands(group: Command, cli: Cli): void {
  addScale(group, cli)
  for (const verb of ['restart', 'stop', 'start'] as const) {
    const [description, until] = SIMPLE[verb]
    withWait(group.command(verb).description(description).argument('<app>', 'name of the app'), until).action(
      async (name: string, options: WaitOptions, command: Command) => {
        const session = await cli.open(command)
        await reportApp(session, await session.client.apps[verb]({ name }), options)
      },
    )
  }
  addRollback(group, cli)
  addRemove(group, cli)
}

function addScale(group: Command, cli: Cli): void {
  withWait(
    group
      .command('scale')
      .description('change the number of instances')
      .argument('<app>', 'name of the app')
      .addArgument(new Argument('<instances>', 'how many').argParser(wholeNumber(0, 10_000))),
    'that many run and are healthy',
  ).action(async (name: string, instances: number, ...[options, command]: [WaitOptions, Command]) => {
    const session = await cli.open(command)
    await reportApp(session, await session.client.apps.scale({ name, instances }), options)
  })
}

function addRollback(group: Command, cli: Cli): void {
  withWait(
    group
      .command('rollback')
      .description('make an earlier revision the wanted one; see "app revisions"')
      .argument('<app>', 'name of the app')
      .addArgument(new Argument('<revision>', 'its number').argParser(wholeNumber(1, Number.MAX_SAFE_INTEGER))),
    'the earlier revision runs',
  ).action(async (name: string, revision: number, ...[options, command]: [WaitOptions, Command]) => {
    const session = await cli.open(command)
    const { out } = session
    const result = await session.client.apps.rollback({ name, revision })
    if (!out.json) result.changes.forEach((change) => out.line(changeLine(out, change)))
    if (options.wait && result.app) await reportApp(session, result.app, options)
    else out.result(result, () => out.line(result.app ? progress(result.app) : 'nothing to change'))
  })
}

interface RemoveOptions extends WaitOptions {
  yes?: boolean
}

function addRemove(group: Command, cli: Cli): void {
  withWait(
    group
      .command('rm')
      .description('stop all instances and forget the app')
      .argument('<app>', 'name of the app')
      .option('-y, --yes', 'do not ask'),
    'it is gone',
  ).action(async (name: string, options: RemoveOptions, command: Command) => {
    const session = await cli.open(command)
    const app = await session.client.apps.get({ name })
    await confirm(cli.terminal, session.out, { question: `Remove ${name} and its ${app.running} running instances?`, yes: options.yes })
    const removing = await session.client.apps.remove({ name })
    if (options.wait) await waitUntilGone(session, name, options.timeout)
    session.out.result(removing, () => session.out.line(`${printable(name)} ${options.wait ? 'is removed' : 'is being removed'}`))
  })
}

async function waitUntilGone(session: Awaited<ReturnType<Cli['open']>>, name: string, timeoutMs: number): Promise<void> {
  await waitFor({
    read: () =>
      session.client.apps.get({ name }).catch((error: unknown) => {
        if (failureOf(error).exitCode === EXIT.notFound) return null
        throw error
      }),
    reached: (app) => app === null,
    missing: (app) => `${app?.running ?? 0} instances still run`,
    timeoutMs,
    note: (text) => session.out.note(text),
  })
}
