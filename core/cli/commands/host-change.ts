import type { Command } from 'commander'
import { EXIT } from '../exit-code.ts'
import { CliError } from '../failure.ts'
import { placeOf, reserveOf, withPlaceFlags, type PlaceFlags } from '../host-flags.ts'
import { confirm } from '../prompt.ts'
import type { Cli } from '../session.ts'
import { withWait, type WaitOptions } from '../settle.ts'
import { waitFor } from '../wait.ts'

export function addHostChangeCommands(group: Command, cli: Cli): void {
  addSet(group, cli)
  const verbs = { cordon: 'take no new instances', uncordon: 'take instances again; ends a drain' } as const
  for (const verb of ['cordon', 'uncordon'] as const) {
    group
      .command(verb)
      .description(verbs[verb])
      .argument('<host>', 'name of the host')
      .action(async (name: string, _options: unknown, command: Command) => {
        const { client, out } = await cli.open(command)
        const host = await client.hosts[verb]({ name })
        out.result(host, () => out.line(`${host.name} is ${host.scheduling}`))
      })
  }
  addDrain(group, cli)
  addTrustKey(group, cli)
  addRemove(group, cli)
}

interface SetOptions extends PlaceFlags {
  unlabel?: string[]
}

function addSet(group: Command, cli: Cli): void {
  const command = group
    .command('set')
    .description('change labels, place and the share kept for the system; an empty text takes a place away')
    .argument('<host>', 'name of the host')
    .option('--unlabel <key...>', 'take labels away')
  withPlaceFlags(command).action(async (name: string, options: SetOptions, self: Command) => {
    const { client, out } = await cli.open(self)
    const present = await client.hosts.get({ name })
    const removed = new Set(options.unlabel)
    const labels = Object.fromEntries(Object.entries({ ...present.labels, ...options.label }).filter(([key]) => !removed.has(key)))
    const patch = {
      ...placeOf(options),
      ...reserveOf(options, present.systemReserve),
      ...((options.label ?? options.unlabel) ? { labels } : {}),
    }
    if (Object.keys(patch).length === 0) throw new CliError(EXIT.usage, 'nothing to change', { hint: 'see "spacefort host set --help"' })
    const host = await client.hosts.update({ name, ...patch })
    out.result(host, () => out.line(`${host.name} is changed`))
  })
}

function addDrain(group: Command, cli: Cli): void {
  withWait(
    group.command('drain').description('move all instances away; replacements start first').argument('<host>', 'name of the host'),
    'no instance is left on it',
  ).action(async (name: string, options: WaitOptions, command: Command) => {
    const { client, out } = await cli.open(command)
    const started = await client.hosts.drain({ name })
    const host = options.wait
      ? await waitFor({
          read: () => client.hosts.get({ name }),
          reached: (read) => read.scheduling === 'drained',
          missing: (read) => `${read.name} is ${read.scheduling}, ${read.instances} instances are left`,
          timeoutMs: options.timeout,
          note: (text) => out.note(text),
        })
      : started
    out.result(host, () => out.line(`${host.name} is ${host.scheduling}, ${host.instances} instances are left`))
  })
}

function addTrustKey(group: Command, cli: Cli): void {
  group
    .command('trust-key')
    .description('accept the changed SSH host key of a blocked host')
    .argument('<host>', 'name of the host')
    .argument('[fingerprint]', 'the new fingerprint, found out on another way; left out, you are shown the offered one')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, fingerprint: string | undefined, ...[options, command]: [{ yes?: boolean }, Command]) => {
      const { client, out } = await cli.open(command)
      const hostKey = fingerprint ?? (await client.hosts.get({ name })).offeredHostKey
      if (!hostKey) throw new CliError(EXIT.refused, `${name} offers no other host key`, { hint: 'only a blocked host has one' })
      if (fingerprint === undefined)
        await confirm(cli.terminal, out, { question: `Trust ${hostKey} as the host key of ${name}?`, yes: options.yes })
      const host = await client.hosts.trustKey({ name, hostKey })
      out.result(host, () => out.line(`${host.name} is trusted with ${hostKey}`))
    })
}

interface RemoveOptions {
  force?: true
  yes?: boolean
}

function addRemove(group: Command, cli: Cli): void {
  group
    .command('rm')
    .description('remove a host')
    .argument('<host>', 'name of the host')
    .option('--force', 'although instances are on it: they start elsewhere, and go on running if the host cannot be reached')
    .option('-y, --yes', 'do not ask')
    .action(async (name: string, options: RemoveOptions, command: Command) => {
      const { client, out } = await cli.open(command)
      const host = await client.hosts.get({ name })
      await confirm(cli.terminal, out, { question: `Remove ${name}, with ${host.instances} instances on it?`, yes: options.yes })
      const accepted = await client.hosts.remove({ name, ...(options.force ? { force: true } : {}) })
      out.result(accepted, () => out.line(`${name} is removed`))
    })
}
