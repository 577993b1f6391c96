import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { stringify } from 'yaml'
import type { Instance } from '../../contract/index.ts'
import { pairs, printDetails } from '../details.ts'
import { age, bytes, cores, status, time } from '../format.ts'
import type { Output } from '../output.ts'
import { allItems } from '../pages.ts'
import type { Cli, Session } from '../session.ts'
import { appTable } from '../settle.ts'
import { printable } from '../terminal.ts'

export function addReadCommands(group: Command, cli: Cli): void {
  group
    .command('ls')
    .description('list apps')
    .option('-q, --query <text>', 'only apps whose name or label contains this')
    .action(async (options: { query?: string }, command: Command) => {
      const { client, out } = await cli.open(command)
      const items = await allItems((slice) => client.apps.list({ ...slice, ...(options.query ? { q: options.query } : {}) }))
      out.result({ items }, () => {
        if (items.length > 0) appTable(out, items)
        else out.line('There is no app yet. Try: spacefort sample shop --apply')
      })
    })
  addShow(group, cli)
  group
    .command('instances')
    .description('list instances of one app, or of all')
    .argument('[app]', 'name of the app')
    .option('--host <host>', 'only those on this host')
    .option('--all', 'also those that ended')
    .action(async (app: string | undefined, options: { host?: string; all?: true }, command: Command) => {
      const { client, out } = await cli.open(command)
      if (app) await client.apps.get({ name: app })
      const filter = { ...(app ? { app } : {}), ...(options.host ? { host: options.host } : {}), ...(options.all ? { ended: true } : {}) }
      const items = await allItems((slice) => client.instances.list({ ...slice, ...filter }))
      out.result({ items }, () => instanceTable(out, items))
    })
  group
    .command('revisions')
    .description('list the kept revisions, newest first')
    .argument('<app>', 'name of the app')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const { items } = await client.apps.revisions({ name })
      const rows = items.map((item) => [item.revision, time(item.createdAt), item.createdBy, item.note])
      out.result({ items }, () => out.table(['REVISION', 'CREATED', 'BY', 'NOTE'], rows))
    })
  addTop(group, cli)
}

function addShow(group: Command, cli: Cli): void {
  group
    .command('show')
    .description('show one app with its specification')
    .argument('<app>', 'name of the app')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const app = await client.apps.get({ name })
      out.result(app, () => {
        const { spec, ...rest } = app
        printDetails(out, {
          name: rest.name,
          description: rest.description,
          labels: pairs(rest.labels),
          status: rest.statusMessage ? `${rest.status} (${rest.statusMessage})` : rest.status,
          wanted: rest.state === 'running' ? `${rest.wanted} instances` : rest.state,
          instances: `${rest.healthy} healthy, ${rest.running} running, ${rest.starting} starting, ${rest.waiting} waiting, ${rest.outdated} to replace`,
          revision: rest.revision,
          generation: rest.generation,
          created: time(rest.createdAt),
          changed: time(rest.updatedAt),
          ...(rest.backoffUntil ? { 'next attempt': time(rest.backoffUntil) } : {}),
        })
        out.line(`\n${out.paint('bold', 'Specification')}`)
        for (const line of stringify(spec, { lineWidth: 0 }).trimEnd().split('\n')) out.line(`  ${printable(line)}`)
      })
    })
}

export function instanceTable(out: Output, items: Instance[]): void {
  const now = Date.now()
  const ports = (instance: Instance) =>
    instance.ports.map(
      (port) => `${port.name}=${instance.address.includes(':') ? `[${instance.address}]` : instance.address}:${port.hostPort}`,
    )
  out.table(
    ['INSTANCE', 'APP', 'HOST', 'STATUS', 'HEALTH', 'REV', 'AGE', 'PORTS', 'MESSAGE'],
    items.map((item) => [
      item.id,
      item.app,
      item.host,
      status(item.status),
      status(item.health),
      item.revision,
      age(item.startedAt ?? item.createdAt, now),
      ports(item).join(' '),
      item.message,
    ]),
  )
}

function addTop(group: Command, cli: Cli): void {
  group
    .command('top')
    .description('show what each instance uses now')
    .argument('<app>', 'name of the app')
    .option('-w, --watch', 'show again every 2 seconds')
    .action(async (name: string, options: { watch?: boolean }, command: Command) => {
      const session = await cli.open(command)
      const clears = options.watch && !session.out.json && cli.terminal.stdout.isTTY
      for (;;) {
        await showTop(session, name, clears ? '\u001b[2J\u001b[H' : '')
        if (!options.watch) return
        await sleep(2000)
      }
    })
}

async function showTop({ client, out }: Session, name: string, prefix: string): Promise<void> {
  const top = await client.apps.top({ name })
  out.result(top, () => {
    if (prefix) out.line(`${prefix}${printable(name)}  ${time(Date.now())}`)
    const rows = top.items.map((item) => [
      item.id,
      item.host,
      status(item.status),
      status(item.health),
      { text: cores(item.cpuMillis), right: true },
      { text: bytes(item.memoryBytes), right: true },
      { text: item.requestsPerSecond?.toFixed(1) ?? '-', right: true },
      age(item.at),
    ])
    out.table(['INSTANCE', 'HOST', 'STATUS', 'HEALTH', 'CPU', 'MEMORY', 'REQUESTS/S', 'MEASURED'], rows)
  })
}
