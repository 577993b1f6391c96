import type { Command } from 'commander'
import type { Host } from '../../contract/index.ts'
import { pairs, printDetails } from '../details.ts'
import { age, bytes, cores, status, time } from '../format.ts'
import type { Output } from '../output.ts'
import { allItems } from '../pages.ts'
import type { Cli } from '../session.ts'
import { failedTest, addHostAddCommand, printSteps } from './host-add.ts'
import { addHostChangeCommands } from './host-change.ts'
import { addHostImportCommand } from './host-import.ts'
import { instanceTable } from './app-read.ts'

export function addHostCommands(program: Command, cli: Cli): void {
  const group = program.command('host').description('the machines that instances run on')
  addHostAddCommand(group, cli)
  addHostImportCommand(group, cli)
  group
    .command('ls')
    .description('list hosts')
    .option('-q, --query <text>', 'only hosts whose name, address, label or place contains this')
    .action(async (options: { query?: string }, command: Command) => {
      const { client, out } = await cli.open(command)
      const items = await allItems((slice) => client.hosts.list({ ...slice, ...(options.query ? { q: options.query } : {}) }))
      out.result({ items }, () => hostTable(out, items))
    })
  group
    .command('show')
    .description('show one host with its instances')
    .argument('<host>', 'name of the host')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const host = await client.hosts.get({ name })
      const instances = await allItems((slice) => client.instances.list({ ...slice, host: name }))
      out.result({ ...host, items: instances }, () => {
        printHost(out, host)
        if (instances.length > 0) instanceTable(out, instances)
      })
    })
  group
    .command('test')
    .description('test the connection of a host step by step')
    .argument('<host>', 'name of the host')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { client, out } = await cli.open(command)
      const test = await client.hosts.retest({ name })
      out.result(test, () => printSteps(out, test))
      if (!test.ok) throw failedTest(test, '')
    })
  addHostChangeCommands(group, cli)
}

function hostTable(out: Output, hosts: Host[]): void {
  out.table(
    ['NAME', 'STATUS', 'SCHEDULING', 'ENGINE', 'ADDRESS', 'PLACE', 'CPU', 'MEMORY', 'INSTANCES', 'SEEN', 'MESSAGE'],
    hosts.map((host) => [
      host.name,
      status(host.status),
      status(host.scheduling),
      host.engine,
      host.connection.address,
      [host.centre, host.room, host.rack].filter(Boolean).join('/'),
      { text: `${cores(host.reserved.cpuMillis)}/${cores(host.capacity.cpuMillis)}`, right: true },
      { text: `${bytes(host.reserved.memoryBytes)}/${bytes(host.capacity.memoryBytes)}`, right: true },
      host.instances,
      age(host.lastSeenAt),
      host.statusMessage,
    ]),
  )
}

export function printHost(out: Output, host: Host): void {
  const share = (of: Host['reserved']) => `${cores(of.cpuMillis)} cores, ${bytes(of.memoryBytes)} memory, ${bytes(of.diskBytes)} disk`
  printDetails(out, {
    name: host.name,
    status: `${host.status} since ${time(host.statusSince)}${host.statusMessage ? ` (${host.statusMessage})` : ''}`,
    scheduling: host.scheduling,
    engine: host.engineVersion.toLowerCase().startsWith(host.engine) ? host.engineVersion : `${host.engine} ${host.engineVersion}`,
    system: host.os,
    connection: `${host.connection.kind} ${host.connection.user ? `${host.connection.user}@` : ''}${host.connection.address}`,
    ...(host.connection.hostKey ? { 'host key': host.connection.hostKey } : {}),
    ...(host.offeredHostKey ? { 'offered key': host.offeredHostKey } : {}),
    place: [host.centre, host.room, host.rack].filter(Boolean).join(' / '),
    domain: host.domain,
    labels: pairs(host.labels),
    capacity: share(host.capacity),
    'for the system': share(host.systemReserve),
    reserved: share(host.reserved),
    used: host.used ? `${cores(host.used.cpuMillis)} cores, ${bytes(host.used.memoryBytes)} memory` : null,
    instances: host.instances,
    'last seen': time(host.lastSeenAt),
  })
}
